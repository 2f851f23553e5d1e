/** The core on the demo engine: real session, real guard, simulated wire. */
import { mkdtemp, rm, writeFile, mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ApplyEvent, EngineState, MatrixFrame } from '../../shared/contract/schemas.ts';
import type { Core } from './core.ts';
import { createCore } from './create-core.ts';

let configDir: string;
let cores: Core[];
beforeEach(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'bulkhead-core-'));
  cores = [];
});
afterEach(async () => {
  for (const core of cores) await core.close();
  await rm(configDir, { recursive: true, force: true });
});

function open(engine = 'demo'): Core {
  const core = createCore({ version: '0', configDir, engine });
  cores.push(core);
  return core;
}

function engineState(core: Core, holds: (state: EngineState) => boolean): Promise<EngineState> {
  return new Promise((resolve) => {
    const look = (state: EngineState): void => {
      if (!holds(state)) return;
      stop();
      resolve(state);
    };
    const stop = core.engine.onState(look);
    look(core.engine.state());
  });
}

function frame(core: Core, holds: (frame: MatrixFrame) => boolean): Promise<MatrixFrame> {
  return new Promise((resolve) => {
    const look = (value: MatrixFrame | null): void => {
      if (!value || !holds(value)) return;
      stop();
      resolve(value);
    };
    const stop = core.matrix.onFrame(look);
    look(core.matrix.frame());
  });
}

async function apply(core: Core, action: 'block' | 'allow', from: string, to: string): Promise<ApplyEvent[]> {
  const events: ApplyEvent[] = [];
  await core.policy.apply(
    { action, from, to },
    { signal: new AbortController().signal, onEvent: (event) => events.push(event) },
  );
  return events;
}

it('connects, frames the matrix, blocks a pair and says that it holds', async () => {
  const core = open();
  await engineState(core, ({ phase }) => phase === 'connected');
  const first = await frame(core, () => true);
  expect(Buffer.from(first.verdicts, 'base64')).toHaveLength(first.endpoints.length ** 2);
  const events = await apply(core, 'block', 'shop/web', 'shop/db');
  expect(events.at(-1)).toMatchObject({ kind: 'done', holds: true, disagree: 0, errors: 0 });
  const held = await frame(core, ({ guard }) => guard.phase === 'holding');
  expect(held.guard).toMatchObject({ denied: 1, held: 1 });
  const id = (name: string): string => held.endpoints.find((endpoint) => endpoint.name === name)?.id ?? '';
  expect(core.matrix.explain(id('shop-web-1'), id('shop-db-1'))).toMatchObject({
    verdict: 'blocked',
    enforced: true,
    denial: { state: 'held' },
  });
});

it('keeps two blocks asked for at the same moment', async () => {
  const core = open();
  await engineState(core, ({ phase }) => phase === 'connected');
  await Promise.all([apply(core, 'block', 'shop/web', 'shop/db'), apply(core, 'block', 'shop/api', 'shop/db')]);
  const held = await frame(core, ({ guard }) => guard.held === 2);
  expect(held.guard).toMatchObject({ denied: 2, held: 2, phase: 'holding' });
});

it('refuses what no firewall can close, and changes nothing', async () => {
  const core = open();
  await engineState(core, ({ phase }) => phase === 'connected');
  await expect(apply(core, 'block', 'shop/web', 'agent')).rejects.toMatchObject({ code: 'CANNOT_ENFORCE' });
  expect(core.matrix.frame()?.guard.denied).toBe(0);
});

it('says what fails, and goes on when another engine is chosen', async () => {
  const core = open('unix:///nonexistent/bulkhead.sock');
  const failed = await engineState(core, ({ phase }) => phase === 'failed');
  expect(failed).toMatchObject({ error: { code: 'ENGINE_ABSENT' } });
  await core.engine.use('demo');
  expect(core.engine.state()).toMatchObject({ phase: 'connected', engine: { kind: 'demo' } });
});

it('says which line of a policy file it cannot read, and leaves the file alone', async () => {
  const first = open();
  await engineState(first, ({ phase }) => phase === 'connected');
  await apply(first, 'block', 'shop/web', 'shop/db');
  await first.close();
  cores = [];
  const folder = join(configDir, 'policies');
  await mkdir(folder, { recursive: true });
  const file = (await readdir(folder)).find((name) => name.endsWith('.yaml')) ?? '';
  const broken = 'version: 1\nposture: open\nrules:\n  - { from: shop/web, to: ]\n';
  await writeFile(join(folder, file), broken);
  const core = open();
  const failed = await engineState(core, ({ phase }) => phase === 'failed');
  expect(failed).toMatchObject({ error: { code: 'POLICY_FILE' } });
});
