import { describe, expect, it, vi } from 'vitest';
import type { Pause } from '../../shared/contract/schemas.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { Policy } from '../../shared/policy/model.ts';
import { createSignal } from '../lib/signal.ts';
import { createGuard, type Guard } from './guard.ts';
import { createFakeDriver, pair, policyOf, type FakeDriver } from './testing.ts';

const WEB_DB = { from: 'web', to: 'db', action: 'deny' } as const;
const API_DB = { from: 'api', to: 'db', action: 'deny' } as const;

interface Stage {
  readonly driver: FakeDriver;
  readonly guard: Guard;
  setRules(...rules: Policy['rules'][number][]): void;
}

async function withGuard(
  options: {
    readonly follow: boolean;
    readonly rules?: readonly Policy['rules'][number][];
    readonly lookEveryMs?: number;
    readonly names?: readonly string[];
  },
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const driver = createFakeDriver(options.names ?? ['web', 'api', 'db']);
  const policy = createSignal<Policy>(policyOf(...(options.rules ?? [])));
  const { follow, lookEveryMs } = options;
  const guard = createGuard({ driver, policy, follow, ...(lookEveryMs === undefined ? {} : { lookEveryMs }) });
  try {
    await play({ driver, guard, setRules: (...rules) => policy.set(policyOf(...rules)) });
  } finally {
    await guard.close();
  }
}

const states = (guard: Guard): Record<string, string> =>
  Object.fromEntries(guard.denials().map(({ from, to, state }) => [pair(from, to), state]));

const settled = (guard: Guard, phase: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (guard.state().phase !== phase) return;
      stop();
      resolve();
    };
    const stop = guard.onChange(look);
    look();
  });

describe('the guard', () => {
  it('starts no helper where there is no rule, and none for a rule that is no concern of this engine', () =>
    withGuard({ follow: true }, async ({ driver, guard, setRules }) => {
      driver.restart('db');
      setRules({ from: 'elsewhere', to: 'db', action: 'deny' });
      await settled(guard, 'idle');
      expect(driver.wiresOpened()).toBe(0);
    }));

  it('holds a pair only when all its namespaces have acknowledged', () =>
    withGuard({ follow: true }, async ({ driver, guard, setRules }) => {
      const release = driver.holdLoads();
      setRules(WEB_DB);
      expect(states(guard)).toEqual({ 'web>db': 'pending' });
      expect(guard.state().phase).toBe('working');
      release();
      await settled(guard, 'holding');
      expect(states(guard)).toEqual({ 'web>db': 'held' });
      expect(driver.placesOnWire()).toEqual(['db', 'host', 'web']);
    }));

  it('loads only what differs, and keeps held pairs held meanwhile', () =>
    withGuard({ follow: true, rules: [WEB_DB] }, async ({ driver, guard, setRules }) => {
      await settled(guard, 'holding');
      driver.forgetLoads();
      const release = driver.holdLoads();
      setRules(WEB_DB, API_DB);
      expect(states(guard)).toEqual({ 'web>db': 'held', 'api>db': 'pending' });
      release();
      await settled(guard, 'holding');
      expect(driver.loads()).toEqual(['api', 'db', 'host']);
    }));

  it('blocks a restarted container again, in its new namespace and under its new address', () =>
    withGuard({ follow: true, rules: [WEB_DB] }, async ({ driver, guard }) => {
      await settled(guard, 'holding');
      const before = driver.scriptOn('web');
      driver.stop('db');
      await guard.ensure();
      expect(driver.placesOnWire()).toEqual([]);
      expect(driver.wiresOpen()).toBe(1);
      driver.start('db');
      expect(states(guard)).toEqual({ 'web>db': 'pending' });
      await settled(guard, 'holding');
      expect(driver.placesOnWire()).toEqual(['db', 'host', 'web']);
      expect(driver.scriptOn('web')).not.toBe(before);
      expect(driver.scriptOn('web')).toContain(driver.addressOf('db'));
    }));

  it('removes exactly what the last rule needed', () =>
    withGuard({ follow: true, rules: [WEB_DB, API_DB] }, async ({ driver, guard, setRules }) => {
      await settled(guard, 'holding');
      setRules(API_DB);
      await guard.ensure();
      expect(driver.placesOnWire()).toEqual(['api', 'db', 'host']);
      setRules();
      await guard.ensure();
      expect(driver.placesOnWire()).toEqual([]);
      expect(guard.state()).toEqual({ phase: 'idle', denied: 0, held: 0, impossible: 0, error: null });
      await guard.close();
      expect(driver.wiresOpen()).toBe(0);
    }));

  it('takes over what an earlier session left: keeps what fits, replaces what does not, removes strays', async () => {
    const driver = createFakeDriver(['web', 'api', 'db']);
    const first = createGuard({ driver, policy: createSignal(policyOf(WEB_DB)), follow: false });
    await first.ensure();
    await first.close();
    driver.putOnWire('api', 'a stray');
    driver.putOnWire('db', 'an older table');
    driver.forgetLoads();
    const second = createGuard({ driver, policy: createSignal(policyOf(WEB_DB)), follow: true });
    await settled(second, 'holding');
    expect(driver.loads()).toEqual(['db']);
    expect(driver.placesOnWire()).toEqual(['db', 'host', 'web']);
    await second.close();
  });

  it('removes what an earlier command left when asked, though no rule is left', async () => {
    const driver = createFakeDriver(['web', 'db']);
    driver.putOnWire('db', 'left by a rule that was deleted');
    const guard = createGuard({ driver, policy: createSignal(policyOf()), follow: false });
    await guard.ensure();
    expect(driver.placesOnWire()).toEqual([]);
    await guard.close();
    expect(driver.wiresOpen()).toBe(0);
  });

  it('removes what an earlier app left, though no rule is left and nobody asks', async () => {
    const driver = createFakeDriver(['web', 'db']);
    driver.putOnWire('db', 'left by a rule that was deleted meanwhile');
    driver.leaveTrace();
    const guard = createGuard({ driver, policy: createSignal(policyOf()) });
    await vi.waitFor(() => expect(driver.placesOnWire()).toEqual([]));
    driver.restart('db');
    await guard.ensure();
    expect(driver.wiresOpened()).toBe(1);
    await guard.close();
    expect(driver.wiresOpen()).toBe(0);
  });

  it('tells, and leaves alone, what an earlier app left when it only observes', async () => {
    const driver = createFakeDriver(['web', 'db']);
    driver.putOnWire('db', 'left by a rule that was deleted meanwhile');
    driver.leaveTrace();
    const guard = createGuard({ driver, policy: createSignal(policyOf()), follow: false });
    await guard.observe();
    expect(guard.state()).toMatchObject({
      phase: 'failing',
      error: { message: expect.stringContaining('db') as string },
    });
    expect(driver.placesOnWire()).toEqual(['db']);
    await guard.ensure();
    expect(guard.state()).toMatchObject({ phase: 'idle', error: null });
    await guard.close();
  });

  it('repairs what somebody else flushed', () =>
    withGuard({ follow: true, rules: [WEB_DB], lookEveryMs: 5 }, async ({ driver, guard }) => {
      await settled(guard, 'holding');
      expect(guard.state().repaired).toBeUndefined();
      driver.flush('db');
      await vi.waitFor(() => expect(driver.placesOnWire()).toContain('db'));
      await vi.waitFor(() => expect(guard.state().repaired).toBe(1));
    }));

  it('says failed with the reason, tries again by itself, and recovers', () =>
    withGuard({ follow: true }, async ({ driver, guard, setRules }) => {
      driver.failLoads('db', 'no room');
      setRules(WEB_DB);
      await settled(guard, 'failing');
      expect(states(guard)).toEqual({ 'web>db': 'failed' });
      expect(guard.state().error?.message).toContain('db: no room');
      await expect(guard.ensure()).rejects.toMatchObject({ code: 'HELPER_FAILED' });
      driver.failLoads('db', null);
      await settled(guard, 'holding');
      expect(guard.state().error).toBeNull();
    }));

  it('opens the wire again when it is lost, and believes nothing until it has looked', () =>
    withGuard({ follow: true, rules: [WEB_DB] }, async ({ driver, guard }) => {
      await settled(guard, 'holding');
      driver.flush('web');
      driver.loseWire();
      await vi.waitFor(() => expect(driver.placesOnWire()).toContain('web'), { timeout: 3000 });
      expect(driver.wiresOpened()).toBe(2);
    }));

  it('only looks when told to observe', () =>
    withGuard({ follow: false, rules: [WEB_DB] }, async ({ driver, guard }) => {
      expect(states(guard)).toEqual({ 'web>db': 'failed' });
      await guard.observe();
      expect(states(guard)).toEqual({ 'web>db': 'failed' });
      expect(driver.loads()).toEqual([]);
      await guard.ensure();
      const other = createGuard({ driver, policy: createSignal(policyOf(WEB_DB)), follow: false });
      await other.observe();
      expect(states(other)).toEqual({ 'web>db': 'held' });
      await other.close();
    }));

  it('stands aside while it is paused, says so of every pair, and comes back', async () => {
    const driver = createFakeDriver(['web', 'api', 'db']);
    const pause = createSignal<Pause | null>(null);
    const guard = createGuard({ driver, policy: createSignal<Policy>(policyOf(WEB_DB)), pause });
    try {
      await settled(guard, 'holding');
      pause.set({ since: 1, until: null });
      // Not before every table is gone.
      expect(guard.state()).toMatchObject({ phase: 'working', pause: { since: 1, until: null } });
      await settled(guard, 'paused');
      expect(driver.placesOnWire()).toEqual([]);
      expect(states(guard)).toEqual({ 'web>db': 'paused' });
      expect(guard.state()).toMatchObject({ denied: 1, held: 0 });
      driver.restart('db');
      await guard.ensure();
      expect([driver.placesOnWire(), guard.state().phase]).toEqual([[], 'paused']);
      pause.set(null);
      await settled(guard, 'holding');
      expect(driver.placesOnWire()).toEqual(['db', 'host', 'web']);
      expect(guard.state()).not.toHaveProperty('pause');
    } finally {
      await guard.close();
    }
  });

  it('says impossible where no firewall can stand between', () => {
    const rules = [{ from: 'web', to: 'agent', action: 'deny' }] as const;
    return withGuard({ follow: false, rules, names: ['web', 'agent'] }, ({ driver, guard }) => {
      expect(states(guard)).toEqual({ 'web>agent': 'impossible' });
      expect(guard.state()).toMatchObject({ denied: 1, held: 0, impossible: 1 });
      expect(driver.wiresOpened()).toBe(0);
      return Promise.resolve();
    });
  });

  it('holds a pair with a zone in the container and on the machine', () =>
    withGuard({ follow: true, rules: [{ from: 'web', to: 'internet', action: 'deny' }] }, async ({ driver, guard }) => {
      await settled(guard, 'holding');
      expect(states(guard)).toEqual({ 'web>internet': 'held' });
      expect(driver.placesOnWire()).toEqual(['host', 'web']);
    }));

  it('clears every namespace, whoever put the table there, and ends the helper', () =>
    withGuard({ follow: true, rules: [WEB_DB] }, async ({ driver, guard, setRules }) => {
      await settled(guard, 'holding');
      driver.putOnWire('api', 'of another session');
      setRules();
      await guard.clear();
      expect(driver.placesOnWire()).toEqual([]);
      expect(driver.wiresOpen()).toBe(0);
    }));

  it('does not call a running container cleared that it could not look into', () =>
    withGuard({ follow: false }, async ({ driver, guard }) => {
      driver.putOnWire('api', 'of another session');
      driver.failReads('api', 'cannot enter the network namespace');
      const refused = { code: 'HELPER_FAILED', message: expect.stringContaining('api: cannot enter') as string };
      await expect(guard.clear()).rejects.toMatchObject(refused);
      expect(driver.placesOnWire()).toEqual(['api']);
      driver.failReads('api', null);
      await guard.clear();
      expect(driver.placesOnWire()).toEqual([]);
      driver.failReads('api', 'cannot enter the network namespace');
      driver.stop('api');
      await guard.clear();
    }));

  it('looks again where it could not, and removes what it then finds', () =>
    withGuard({ follow: false, rules: [WEB_DB] }, async ({ driver, guard }) => {
      driver.putOnWire('api', 'a stray');
      driver.failReads('api', 'cannot enter the network namespace');
      await guard.ensure();
      expect(driver.placesOnWire()).toEqual(['api', 'db', 'host', 'web']);
      driver.failReads('api', null);
      await guard.ensure();
      expect(driver.placesOnWire()).toEqual(['db', 'host', 'web']);
    }));

  it('stops waiting when cancelled, and never loads twice at once', () =>
    withGuard({ follow: true }, async ({ driver, guard, setRules }) => {
      const release = driver.holdLoads();
      setRules(WEB_DB);
      const abort = new AbortController();
      const waits = [guard.ensure(abort.signal), guard.ensure()];
      abort.abort();
      await expect(waits[0]).rejects.toBeInstanceOf(BulkheadError);
      release();
      await waits[1];
      expect(driver.mostLoadsAtOnce()).toBe(1);
      expect(states(guard)).toEqual({ 'web>db': 'held' });
    }));
});
