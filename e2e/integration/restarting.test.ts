/** Who ends again and again and is started ever later (SPEC R002, R003): nothing of it is there in between. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../shared/reachability/index.ts';
import type { Cell } from '../../shared/reachability/model.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { betweenStarts, untilRestarting } from '../truth/restarting.ts';
import { measureTable, type Table } from '../truth/table.ts';
import { tryAll } from '../truth/wire.ts';
import { VERSIONS } from './world.ts';

/** Runs until told otherwise, and then ends as soon as it is started. */
const UNTIL_TOLD = `[ ! -e /switch/down ] || exit 1; trap 'exit 1' TERM; sleep 2147483647 & wait`;
const PORT = 8080;

describe.each(VERSIONS)('on engine %s', (version) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ version, name: `restarting-${version}` });
    const { docker } = lab;
    await docker.createNetwork('app');
    const beside = { Image: TEST_IMAGE, Cmd: ['sleep', '2147483647'], HostConfig: { NetworkMode: 'app' } };
    await docker.runContainer('web', beside);
    await docker.runContainer('shop', {
      Image: TEST_IMAGE,
      Cmd: ['sh', '-c', UNTIL_TOLD],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        NetworkMode: 'app',
        Binds: ['switch:/switch'],
        RestartPolicy: { Name: 'always' },
        PortBindings: { '80/tcp': [{ HostIp: '', HostPort: String(PORT) }] },
      },
      NetworkingConfig: { EndpointsConfig: { app: { Aliases: ['store'] } } },
    });
  });
  afterAll(() => lab?.close());

  const cell = async (from: string, to: string): Promise<Cell> => {
    const topology = await lab.session.driver.refresh();
    const idOf = (name: string): string => topology.endpoints.find((one) => one.name === name)?.id ?? '';
    return explain(topology, [], idOf(from), idOf(to));
  };
  const namesHeard = async (): Promise<readonly string[]> => {
    const heard: string[] = [];
    for (const name of ['web', 'shop', 'store']) {
      const { code } = await lab.docker.exec('web', ['nslookup', '-type=a', `${name}.`, '127.0.0.11']);
      if (code === 0) heard.push(name);
    }
    return heard;
  };
  const measured = (): Promise<Table> => measureTable(lab.engine, lab.docker, () => true);
  const between = (table: Table, from: string, to: string): readonly string[] =>
    [...table].flatMap(([text, { row, answer }]) =>
      row.from.name === from && row.to.name === to && answer === 'open' ? [text] : [],
    );
  /** Who answers at the published port, tried from `web` at its gateway, while the machine listens there if it can. */
  const behindPort = async (): Promise<string | null> => {
    const { State, NetworkSettings } = await lab.docker.inspectContainer('web');
    const stacks = new Map([
      ['machine', '/proc/self/ns/net'],
      ['web', `/proc/${String(State.Pid)}/ns/net`],
    ]);
    const address = NetworkSettings.Networks['app']?.Gateway ?? '';
    const attempt = { from: 'web', protocol: 'tcp', address, port: PORT, source: null } as const;
    const listener = { stack: 'machine', protocol: 'tcp', port: PORT } as const;
    return (await tryAll(lab.engine, stacks, [listener], [attempt], 2_500))[0] ?? null;
  };

  it('is there in every way while it runs', async () => {
    const table = await measured();
    expect(between(table, 'web', 'shop').join('\n')).toContain(`:${String(PORT)}`);
    expect(between(table, 'shop', 'web')).not.toEqual([]);
    expect(await namesHeard()).toEqual(['web', 'shop', 'store']);
    expect((await cell('web', 'shop')).verdict).toBe('open');
    expect((await lab.compare()).disagreements).toEqual([]);
  });

  it('is nowhere between its end and its next start, as predicted', async () => {
    const { docker } = lab;
    await docker.exec('shop', ['sh', '-c', 'touch /switch/down; kill -TERM 1']);
    for (;;) {
      await untilRestarting(docker, 'shop');
      const { RestartCount } = await docker.inspectContainer('shop');
      const [port, names] = await Promise.all([behindPort(), namesHeard()]);
      const cells = [await cell('web', 'shop'), await cell('shop', 'web'), await cell('host', 'shop')];
      const after = await docker.inspectContainer('shop');
      // On a busy machine that may have taken longer than the engine waited; it waits twice as long each time.
      if (!after.State.Restarting || after.RestartCount !== RestartCount) continue;
      // Not its own port any more: the machine could listen there itself, and is who answers.
      expect(port).toBe('machine');
      expect(names).toEqual(['web']);
      expect(cells.map(({ verdict }) => verdict)).toEqual(['blocked', 'blocked', 'blocked']);
      const rules = cells.map(({ channels }) => [...new Set(channels.flatMap((one) => one.rules))]);
      expect(rules).toEqual([['R003'], ['R002'], ['R003']]);
      await expect(docker.exec('shop', ['true'])).rejects.toThrow(/is restarting|is not running/);
      break;
    }
    expect((await lab.compare()).disagreements).toEqual([]);
  });

  it('is measured again when it was started meanwhile', async () => {
    const { docker } = lab;
    const counts: number[] = [];
    const measure = async (): Promise<number> => {
      counts.push((await docker.inspectContainer('shop')).RestartCount);
      // The first time until it has been started once more.
      if (counts.length === 1) await untilRestarting(docker, 'shop');
      return counts.length;
    };
    expect(await betweenStarts(docker, ['shop'], measure)).toBe(counts.length);
    expect(counts.length).toBeGreaterThan(1);
    expect(counts.at(-1)).toBeGreaterThan(counts[0] ?? Infinity);
  });

  it('is back when it starts and stays', async () => {
    await lab.docker.stopContainer('shop');
    // Nobody but itself has the volume; a container of the same volume gives it back what it waits for.
    await lab.docker.runContainer('hand', {
      Image: TEST_IMAGE,
      Cmd: ['rm', '/switch/down'],
      HostConfig: { NetworkMode: 'none', Binds: ['switch:/switch'] },
    });
    await lab.docker.waitContainer('hand');
    await lab.docker.startContainer('shop');
    expect(between(await measured(), 'web', 'shop').join('\n')).toContain(`:${String(PORT)}`);
    expect(await namesHeard()).toEqual(['web', 'shop', 'store']);
  });
});
