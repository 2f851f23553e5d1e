import { describe, expect, it } from 'vitest';
import { sketch } from '../../shared/reachability/fixtures.ts';
import type { RebuildActions, WireCapabilities } from '../engine/driver.ts';
import { engineFindings, wireFindings } from './doctor-wire.ts';
import { limitsOf } from './limits.ts';

const ABLE: WireCapabilities = {
  nftVersion: '1.0.6',
  kernel: '6',
  architecture: 'x86_64',
  bridgeConntrack: true,
  bridgeMeta: true,
  inetTables: true,
  bridgeTables: true,
  elementCounters: true,
  userNamespace: false,
  bridgeNetfilter: false,
  userlandProxy: true,
  ip6tables: null,
  hostAddresses: [],
};
const { engine } = sketch({});
// Never called: that it is there is what counts.
const rebuild = {} as RebuildActions;
const levels = (given: Partial<WireCapabilities>, facts: Partial<typeof engine> = {}): Record<string, string> =>
  Object.fromEntries(wireFindings({ ...ABLE, ...given }, { ...engine, ...facts }).map(({ id, level }) => [id, level]));

describe('what the helper tried', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    [
      'everything works',
      levels({}),
      { tables: 'ok', 'port-admission': 'ok', counters: 'ok', permission: 'ok', helper: 'ok' },
    ],
    ['no tables load', levels({ inetTables: false }), { tables: 'fail' }],
    ['bridges cannot be asked for', levels({ bridgeMeta: false }), { 'port-admission': 'warn' }],
    ['bridges know no tracking', levels({ bridgeConntrack: false }), { 'port-admission': 'ok' }],
    ['no tables of bridges load', levels({ bridgeTables: false }), { 'port-admission': 'fail' }],
    ['sets cannot count', levels({ elementCounters: false }), { counters: 'warn' }],
    ['another root', levels({ userNamespace: true }), { permission: 'warn' }],
    ['a rootless engine', levels({}, { rootless: true }), { permission: 'warn' }],
  ])('%s', (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });

  it('tells nothing of what an older helper did not try', () => {
    const { inetTables, bridgeTables, elementCounters, userNamespace, ...older } = ABLE;
    expect([inetTables, bridgeTables, elementCounters, userNamespace]).toEqual([true, true, true, false]);
    const ids = wireFindings(older, engine).map(({ id }) => id);
    expect(ids).toEqual(['helper', 'bridge-netfilter', 'userland-proxy']);
  });
});

describe('what the engine says of itself', () => {
  it.each<[string, Partial<typeof engine>, Record<string, string>]>([
    ['an ordinary one', {}, { methods: 'ok' }],
    ['Docker Desktop', { operatingSystem: 'Docker Desktop' }, { methods: 'ok', desktop: 'warn' }],
    ['a manager', { swarm: true, swarmManager: true }, { methods: 'ok', swarm: 'ok' }],
    ['a worker', { swarm: true, swarmManager: false }, { methods: 'ok', swarm: 'info' }],
  ])('%s', (_, facts, expected) => {
    const found = engineFindings({ ...sketch({}), engine: { ...engine, ...facts } }, { rebuild });
    expect(Object.fromEntries(found.map(({ id, level }) => [id, level]))).toEqual(expected);
  });
});

describe('limits', () => {
  it.each<[string, WireCapabilities | null, { rebuild?: RebuildActions }, string[]]>([
    ['nothing is known', null, { rebuild }, []],
    ['everything works', ABLE, { rebuild }, []],
    ['no tables', { ...ABLE, inetTables: false }, { rebuild }, ['firewall no-tables', 'guard no-tables']],
    ['no tables of bridges', { ...ABLE, bridgeTables: false }, { rebuild }, ['guard no-bridge-tables']],
    ['no counters', { ...ABLE, elementCounters: false }, { rebuild }, ['counters no-counters']],
    ['networks that cannot be changed', ABLE, {}, ['methods no-rebuild']],
  ])('%s', (_, capabilities, driver, expected) => {
    expect(limitsOf(capabilities, driver).map(({ what, code }) => `${what} ${code}`)).toEqual(expected);
  });
});
