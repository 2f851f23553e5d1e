import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeCore, frameOf } from '../bridge/fake-core.ts';
import { keepLog } from './keep-log.ts';

let configDir: string;
beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'bulkhead-keep-log-'));
});
afterEach(() => rmSync(configDir, { recursive: true, force: true }));
const lines = (): string[] =>
  readFileSync(join(configDir, 'logs', 'bulkhead.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.slice('1970-01-01T00:00:00.000Z '.length));

test('says once what has changed, without a password of an address, and ends with nobody listening', () => {
  const core = fakeCore();
  const process = new EventEmitter();
  const stop = keepLog(core, { configDir, version: '1.2.3', process: process as unknown as NodeJS.Process });
  const error = { code: 'ENGINE_UNREACHABLE' as const, message: 'tcp://me:hunter2@10.0.0.1:2375 is away', hint: '' };
  core.setState({ phase: 'failed', error, tried: [] });
  core.setState({ phase: 'failed', error, tried: [] });
  const guard = frameOf(1).guard;
  core.setFrame({ ...frameOf(1), guard: { ...guard, phase: 'holding', denied: 1, held: 1 } });
  core.setFrame({ ...frameOf(2), guard: { ...guard, phase: 'holding', denied: 9, held: 9 } });
  core.setFrame({ ...frameOf(3), guard: { ...guard, phase: 'paused', pause: { since: 0, until: 60_000 } } });
  process.emit('uncaughtExceptionMonitor', new Error('boom'), 'uncaughtException');
  stop();
  expect([core.alive(), process.listenerCount('uncaughtExceptionMonitor')]).toEqual([0, 0]);
  const [crash = ''] = readdirSync(join(configDir, 'logs')).filter((name) => name.startsWith('crash-'));
  expect(lines()).toEqual([
    'Bulkhead 1.2.3 starts',
    'engine: connecting to demo',
    'engine: none: ENGINE_UNREACHABLE tcp://***@10.0.0.1:2375 is away',
    'guard: holds',
    'guard: paused until 1970-01-01T00:01:00.000Z',
    `crashed: boom (${join(configDir, 'logs', crash)})`,
    'Bulkhead ends',
  ]);
});
