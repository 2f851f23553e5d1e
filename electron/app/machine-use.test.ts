import { expect, it, vi } from 'vitest';
import type { MachineUse } from '../../shared/contract/overview.ts';
import type { StatsSample } from '../engine/domains/containers.ts';
import { createMachineUse, type MachineUseOptions } from './machine-use.ts';

const MACHINE = { cpus: 4, memory: 1000 };

/** Each container's samples, told at once; it goes on until it is left, as an engine does. */
function fakeEngine(samples: Readonly<Record<string, readonly Pick<StatsSample, 'cpu' | 'memory'>[]>>) {
  const open = new Set<string>();
  let looks = 0;
  const manage = (): ReturnType<MachineUseOptions['manage']> => ({
    engine: { detail: () => Promise.resolve({ ...MACHINE } as never) },
    containers: {
      stats: (id, { signal, onSample }) => {
        looks += 1;
        open.add(id);
        return new Promise<void>((resolve, reject) => {
          const end = (): void => {
            open.delete(id);
            reject(new Error('left'));
          };
          signal?.addEventListener('abort', end, { once: true });
          for (const sample of samples[id] ?? []) onSample(sample as StatsSample);
          // One that has stopped says nothing and ends.
          if (!(id in samples)) resolve();
        });
      },
    },
  });
  return { manage, open, looks: () => looks };
}

const names = (...ids: readonly string[]) => ids.map((id) => ({ id, name: id.toUpperCase() }));

it('adds up what those that run take, by the sample that has one before it, and tells who takes most', async () => {
  const { manage, open } = fakeEngine({
    idle: [
      { cpu: 0, memory: 10 },
      { cpu: 1, memory: 10 },
    ],
    busy: [
      { cpu: 0, memory: 20 },
      { cpu: 200, memory: 20 },
    ],
    fat: [
      { cpu: 0, memory: 900 },
      { cpu: 2, memory: 900 },
    ],
  });
  const use = createMachineUse({ manage, running: () => names('idle', 'busy', 'fat', 'gone') });
  const told = await new Promise<MachineUse>((resolve) => {
    use.watch(resolve);
  });
  use.close();
  expect(told).toEqual({
    machine: MACHINE,
    cpu: 203,
    memory: 930,
    seen: 3,
    running: 4,
    busiest: [
      { id: 'fat', name: 'FAT', cpu: 2, memory: 900 },
      { id: 'busy', name: 'BUSY', cpu: 200, memory: 20 },
      { id: 'idle', name: 'IDLE', cpu: 1, memory: 10 },
    ],
  });
  expect(open.size).toBe(0);
});

it('looks once for all that listen, and no more when nobody does', async () => {
  const { manage, looks } = fakeEngine({
    one: [
      { cpu: 0, memory: 1 },
      { cpu: 1, memory: 1 },
    ],
  });
  const use = createMachineUse({ manage, running: () => names('one'), waits: { roundMs: 1, eachMs: 0 } });
  const heard = [vi.fn(), vi.fn()];
  const stops = heard.map((listener) => use.watch(listener));
  await vi.waitFor(() => expect(heard[1]?.mock.calls.length).toBeGreaterThanOrEqual(3));
  expect(looks()).toBeLessThanOrEqual((heard[0]?.mock.calls.length ?? 0) + 1);
  for (const stop of stops) stop();
  const [lookedAt, told] = [looks(), heard[0]?.mock.calls.length];
  await new Promise((resolve) => setTimeout(resolve, 30));
  // One look may have been under way.
  expect(looks()).toBeLessThanOrEqual(lookedAt + 1);
  expect(heard[0]?.mock.calls.length).toBe(told);
});

it('waits for an engine that is away', async () => {
  const { manage } = fakeEngine({
    one: [
      { cpu: 0, memory: 1 },
      { cpu: 1, memory: 1 },
    ],
  });
  let isAway = true;
  const use = createMachineUse({
    running: () => names('one'),
    manage: () => {
      if (isAway) throw new Error('away');
      return manage();
    },
    waits: { roundMs: 1, eachMs: 0 },
  });
  const listener = vi.fn();
  use.watch(listener);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(listener).not.toHaveBeenCalled();
  isAway = false;
  await vi.waitFor(() => expect(listener).toHaveBeenCalled());
  use.close();
});

it('looks the seldomer the more there is to look at', async () => {
  vi.useFakeTimers();
  try {
    const running = Array.from({ length: 100 }, (_, at) => `c${String(at)}`);
    const sample = [
      { cpu: 0, memory: 1 },
      { cpu: 1, memory: 1 },
    ];
    const looksWith = async (count: number): Promise<number> => {
      const ids = running.slice(0, count);
      const { manage, looks } = fakeEngine(Object.fromEntries(ids.map((id) => [id, sample])));
      const use = createMachineUse({ manage, running: () => names(...ids) });
      use.watch(() => undefined);
      await vi.advanceTimersByTimeAsync(59_000);
      use.close();
      return looks() / count;
    };
    expect([await looksWith(1), await looksWith(50), await looksWith(100)]).toEqual([4, 4, 2]);
  } finally {
    vi.useRealTimers();
  }
});
