/** Blocked stays blocked: across restarts, reconnects and open connections; and `clear` leaves nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../electron/app/session.ts';
import { measure } from './measure.ts';
import { openWorld, until, VERSIONS, type World } from './world.ts';

describe.each(VERSIONS)('on engine %s', (version) => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld(version, `hold-${version}`);
  });
  afterAll(() => world.close());

  const change = (action: 'block' | 'allow', from: string, to: string): ReturnType<Session['apply']> =>
    world.session.apply({ action, from: world.endpoint(from).id, to: world.endpoint(to).id }, {});
  /** Whether `from` reaches any of `to`'s present addresses. */
  const reaches = async (from: string, to: string, port: number): Promise<boolean> => {
    const { NetworkSettings } = await world.fixture.docker.inspectContainer(to);
    const targets = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => ({ address: IPAddress, port }));
    return (await measure(world.fixture, from, targets)).includes(true);
  };
  /** Until the product has seen the present start of `name` and holds every rule for it. */
  const heldAgain = async (name: string): Promise<void> => {
    const { State } = await world.fixture.docker.inspectContainer(name);
    await until(world.session, `the rules hold for the new start of ${name}`, () => {
      const { denied, held } = world.session.guardState();
      return world.endpoint(name).pid === State.Pid && denied > 0 && held === denied;
    });
  };

  it('blocks web → cache after a positive control', async () => {
    expect(await reaches('web', 'cache', 6379)).toBe(true);
    expect(await change('block', 'web', 'cache')).toMatchObject({ disagree: 0, errors: 0 });
    expect(await reaches('web', 'cache', 6379)).toBe(false);
    expect(await reaches('cache', 'web', 8000)).toBe(true);
  });

  it.each(['worker', 'cache'])('is blocked again when %s has restarted', async (name) => {
    const { fixture } = world;
    if (name === 'worker') await change('block', 'worker', 'cache');
    await fixture.docker.restartContainer(name);
    await heldAgain(name);
    const probe = await fixture.docker.exec('cache', [
      'sh',
      '-c',
      'for n in $(seq 100); do nc -w 1 127.0.0.1 6379 </dev/null && exit 0; usleep 50000; done; exit 1',
    ]);
    expect(probe.code, 'the listener is up again').toBe(0);
    expect(await reaches('worker', 'cache', 6379)).toBe(false);
    expect(await reaches('api', 'cache', 6379), 'others still reach it').toBe(true);
  });

  it('is blocked again when the target left the network and came back', async () => {
    const { fixture, session } = world;
    await fixture.docker.disconnect('back', 'cache');
    await until(session, 'the disconnect is seen', () => world.endpoint('cache').attachments.length === 1);
    await fixture.docker.connect('back', 'cache');
    await until(session, 'the connect is seen and the rules hold', () => {
      const { denied, held } = session.guardState();
      return world.endpoint('cache').attachments.length === 2 && held === denied;
    });
    expect(await reaches('web', 'cache', 6379)).toBe(false);
    expect(await reaches('api', 'cache', 6379)).toBe(true);
  });

  it('ends an open connection at the block, and keeps one of the other direction', async () => {
    const { fixture } = world;
    const { docker } = fixture;
    const address = fixture.container('api').attachments['back']?.IPAddress ?? '';
    const back = fixture.container('web').attachments['back']?.IPAddress ?? '';
    // Each side keeps a connection open, writes a line a tick, and logs what the other side echoes.
    const talk = (to: string, port: number, log: string): string =>
      `{ n=0; while [ $n -lt 600 ]; do n=$((n+1)); echo $n; usleep 100000; done | nc ${to} ${port} > /tmp/${log}; } </dev/null >/dev/null 2>&1 & echo started`;
    await docker.exec('web', ['sh', '-c', talk(address, 9000, 'forward')]);
    await docker.exec('api', ['sh', '-c', talk(back, 8000, 'reverse')]);
    const lines = async (container: string, log: string): Promise<number> =>
      Number((await docker.exec(container, ['sh', '-c', `wc -l < /tmp/${log}`])).stdout);
    const grows = async (container: string, log: string): Promise<boolean> => {
      const first = await lines(container, log);
      const script = `n=0; until [ $(wc -l < /tmp/${log}) -gt ${first + 3} ]; do n=$((n+1)); [ $n -lt 40 ] || exit 1; usleep 100000; done`;
      return (await docker.exec(container, ['sh', '-c', script])).code === 0;
    };
    expect(await grows('web', 'forward'), 'the positive control').toBe(true);
    expect(await grows('api', 'reverse'), 'the positive control').toBe(true);
    await change('block', 'web', 'api');
    expect(await grows('web', 'forward')).toBe(false);
    expect(await grows('api', 'reverse')).toBe(true);
    await change('allow', 'web', 'api');
  });

  it('opens again when allowed', async () => {
    await change('allow', 'web', 'cache');
    expect(await reaches('web', 'cache', 6379)).toBe(true);
    expect(await reaches('worker', 'cache', 6379), 'the other rule stays').toBe(false);
  });

  it('leaves nothing after clear: no table, no helper, no label', async () => {
    const { session, engine, fixture } = world;
    await session.clear();
    expect(await reaches('worker', 'cache', 6379)).toBe(true);
    const containers = await fixture.docker.listContainers();
    expect(
      containers.filter(({ Labels }) => Object.keys(Labels).some((label) => label.startsWith('dev.bulkhead'))),
    ).toEqual([]);
    const tables = async (pid: number): Promise<string> => {
      const argv =
        pid === 0 ? ['nft', 'list', 'tables'] : ['nsenter', '-t', String(pid), '-n', 'nft', 'list', 'tables'];
      const { stdout } = await engine.exec(argv);
      return stdout;
    };
    expect(await tables(0)).not.toContain('bulkhead');
    for (const { name, running } of fixture.containers) {
      if (!running) continue;
      const { State } = await fixture.docker.inspectContainer(name);
      expect(await tables(State.Pid), name).not.toContain('bulkhead');
    }
  });
});
