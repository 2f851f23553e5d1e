import { expect, it } from 'vitest';
import type { StatsSample } from '../../shared/contract/containers.ts';
import { createStatsHub } from './stats-hub.ts';

const sample = (received: number): StatsSample => ({
  at: 0,
  cpu: 0,
  memory: 0,
  memoryLimit: 0,
  received,
  sent: 0,
  read: 0,
  written: 0,
  pids: 0,
});

type Stats = Parameters<typeof createStatsHub>[0] extends () => infer Domain ? Domain : never;

/** An engine whose containers tell when the test says so. */
function fakeEngine() {
  const open: { id: string; onSample: (one: StatsSample) => void; end: () => void }[] = [];
  const domain: Stats = {
    stats: (id, { signal, onSample }) =>
      new Promise<void>((resolve) => {
        const one = {
          id,
          onSample,
          end: () => {
            open.splice(open.indexOf(one), 1);
            resolve();
          },
        };
        open.push(one);
        signal?.addEventListener('abort', one.end, { once: true });
      }),
  };
  return { open, domain };
}

it('opens one stream for all that look, tells a latecomer what is known, and ends it with the last one', () => {
  const { open, domain } = fakeEngine();
  const hub = createStatsHub(() => domain);
  const seen: number[][] = [[], []];
  const look = (who: number) =>
    hub.watch('web', (samples) => seen[who]?.push(...samples.map(({ received }) => received)));
  const leaveFirst = look(0);
  open[0]?.onSample(sample(1));
  open[0]?.onSample(sample(2));
  const leaveSecond = look(1);
  open[0]?.onSample(sample(3));
  expect(seen).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(open).toHaveLength(1);
  leaveFirst();
  leaveFirst();
  expect([hub.open(), open.length]).toEqual([1, 1]);
  leaveSecond();
  expect([hub.open(), open.length]).toEqual([0, 0]);
});

it('keeps two minutes, and nothing of an earlier start', () => {
  const { open, domain } = fakeEngine();
  const hub = createStatsHub(() => domain);
  hub.watch('web', () => undefined);
  for (let at = 1; at <= 500; at += 1) open[0]?.onSample(sample(at));
  const known: number[] = [];
  hub.watch('web', (samples) => known.push(...samples.map(({ received }) => received)));
  expect([known.length, known[0], known.at(-1)]).toEqual([120, 381, 500]);
  open[0]?.onSample(sample(0));
  const fresh: number[] = [];
  hub.watch('web', (samples) => fresh.push(...samples.map(({ received }) => received)));
  expect(fresh).toEqual([0]);
  hub.close();
});

it('looks again at a container that had stopped', async () => {
  const { open, domain } = fakeEngine();
  const hub = createStatsHub(() => domain, { againMs: 1 });
  hub.watch('web', () => undefined);
  open[0]?.end();
  expect(open).toHaveLength(0);
  while (open.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  hub.close();
  expect(open).toHaveLength(0);
});
