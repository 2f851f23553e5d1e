import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Docker } from '../../../../e2e/fixture/docker.ts';
import { dockerJson } from '../../../../e2e/fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../../../../e2e/fixture/image.ts';
import { runArguments } from '../../../../shared/containers/run-line.ts';
import { EMPTY_SPEC, type RunSpec } from '../../../../shared/containers/run-spec.ts';
import { connect, type DockerApi } from '../../connection/index.ts';
import type { ContainersDomain, StatsSample } from '../../domains/containers.ts';
import { arrayOf, objectOf, textOf, textsOf, type JsonObject } from '../../inventory/json.ts';
import { createContainers } from './index.ts';

const address = process.env['BULKHEAD_TEST_ENGINE'] ?? '';
const socket = address.replace('unix://', '');
const docker = new Docker(socket);
const PREFIX = `manage-${process.pid}-`;
const SLEEP: RunSpec = { ...EMPTY_SPEC, image: TEST_IMAGE, command: ['sleep', '100000'] };

let api: DockerApi;
let containers: ContainersDomain;

const named = (name: string, given: Partial<RunSpec> = {}): RunSpec => ({ ...SLEEP, name: PREFIX + name, ...given });

async function run(spec: RunSpec): Promise<string> {
  const id = await containers.create(spec);
  await containers.start(id);
  return id;
}

const inspect = async (id: string): Promise<JsonObject> =>
  objectOf(await dockerJson(socket, { method: 'GET', path: `/containers/${id}/json` }));

async function removeAll(): Promise<void> {
  for (const { Id, Names } of await docker.listContainers()) {
    if (Names.some((name) => name.startsWith(`/${PREFIX}`))) await docker.removeContainer(Id);
  }
  for (const { Id, Name } of await docker.listNetworks()) if (Name.startsWith(PREFIX)) await docker.removeNetwork(Id);
}

/** Everything of a spec at once. */
function full(name: string): RunSpec {
  return named(name, {
    entrypoint: ['/bin/sh', '-c'],
    command: [`echo "it's up"; exec sleep 100000`],
    ports: [
      { address: '', hostPort: 18_472, port: 53, protocol: 'udp' },
      { address: '127.0.0.1', hostPort: 18_471, port: 80, protocol: 'tcp' },
    ],
    env: [
      { name: 'PLAIN', value: '1' },
      { name: 'HARD', value: `a 'b' "c" $HOME =d` },
    ],
    labels: [{ name: 'my.label', value: 'x y' }],
    mounts: [
      { type: 'volume', source: `${PREFIX}data`, target: '/data', readOnly: false },
      { type: 'bind', source: '/tmp', target: '/in', readOnly: true },
      { type: 'tmpfs', source: '', target: '/scratch', readOnly: false },
    ],
    networks: [
      { name: `${PREFIX}one`, aliases: ['first', 'uno'], ipv4: '10.97.1.77' },
      { name: `${PREFIX}two`, aliases: ['second'], ipv4: '' },
    ],
    restart: 'on-failure',
    restartTries: 3,
    memory: 64 * 1024 * 1024,
    cpus: 0.5,
    hostname: 'there',
    user: 'nobody',
    workdir: '/tmp',
    tty: true,
  });
}

const makeNetworks = async (): Promise<void> => {
  await docker.createNetwork(`${PREFIX}one`, { IPAM: { Config: [{ Subnet: '10.97.1.0/24', Gateway: '10.97.1.1' }] } });
  await docker.createNetwork(`${PREFIX}two`, {});
};

/** What a journal is told, which nobody reads here. */
const keep = (): Promise<void> => Promise.resolve();

describe.skipIf(address === '')('containers of a real engine (BULKHEAD_TEST_ENGINE)', () => {
  beforeAll(async () => {
    await importTestImage({ socket });
    api = await connect(address);
    containers = createContainers(() => api);
  });
  afterEach(removeAll);
  afterAll(() => api.close());

  it('runs what was asked, reads it as the same again, and so does the docker run line that is shown', async () => {
    await makeNetworks();
    const spec = full('full');
    const id = await run(spec);
    expect(await containers.specOf(id)).toEqual(spec);
    const ours = await inspect(id);
    await removeContainers(id);

    const env = { ...process.env, DOCKER_HOST: address };
    // Before 25 an engine makes a container on one network only; others are for `docker network connect`.
    const { Version } = (await api.request('/version')) as { readonly Version: string };
    const asked = Number.parseInt(Version, 10) < 25 ? { ...spec, networks: spec.networks.slice(0, 1) } : spec;
    await promisify(execFile)('docker', [...runArguments(asked)], { env });
    // `docker run` takes one word of an entrypoint; the rest goes before the command, which runs the same.
    // And what it was given as `-e` and `-v` comes in another order each time (measured).
    const whole = ({ entrypoint, command, env, mounts, ...rest }: RunSpec) => ({
      ...rest,
      env: env.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      mounts: mounts.toSorted((a, b) => (a.target < b.target ? -1 : 1)),
      runs: [...(entrypoint ?? []), ...command],
    });
    expect(whole(await containers.specOf(spec.name))).toEqual(whole(asked));
    const theirs = await inspect(spec.name);
    const essence = ({ Config, HostConfig }: JsonObject) => {
      const { Env, Labels, User, WorkingDir, Tty, Hostname } = objectOf(Config);
      const { Binds, Memory, NanoCpus, PortBindings, RestartPolicy, Tmpfs } = objectOf(HostConfig);
      return {
        Env: textsOf(Env).toSorted(),
        Labels,
        User,
        WorkingDir,
        Tty,
        Hostname,
        Binds: textsOf(Binds).toSorted(),
        Memory,
        NanoCpus,
        PortBindings,
        RestartPolicy,
        Tmpfs,
      };
    };
    expect(essence(ours)).toEqual(essence(theirs));
  });

  it.each<[string, Partial<RunSpec>]>([
    ['nothing but an image', {}],
    ['host mode', { networks: [{ name: 'host', aliases: [], ipv4: '' }] }],
    ['no network', { networks: [{ name: 'none', aliases: [], ipv4: '' }] }],
    ['removed when it ends', { autoRemove: true }],
    ['a port that the engine finds', { ports: [{ address: '', hostPort: 0, port: 80, protocol: 'tcp' }] }],
  ])('runs and reads again: %s', async (_, given) => {
    const spec = named('one', given);
    expect(await containers.specOf(await run(spec))).toEqual(spec);
  });

  it('makes one anew with changes: the rest stays, its volumes and its name too', async () => {
    await makeNetworks();
    const id = await docker.runContainer(`${PREFIX}old`, {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '100000'],
      Volumes: { '/anonymous': {} },
      Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000 },
      HostConfig: { NetworkMode: `${PREFIX}one`, CapAdd: ['NET_ADMIN'], Binds: [`${PREFIX}data:/data`], Sysctls: {} },
      NetworkingConfig: { EndpointsConfig: { [`${PREFIX}one`]: { Aliases: ['first'] } } },
    });
    const before = await inspect(id);
    const volumeOf = (json: JsonObject, path: string): string =>
      textOf(
        arrayOf(json['Mounts'])
          .map(objectOf)
          .find(({ Destination }) => Destination === path)?.['Name'],
      );

    const spec = await containers.specOf(id);
    const wanted = { ...spec, env: [{ name: 'NEW', value: '1' }], memory: 32 * 1024 * 1024 };
    const next = await containers.replace(id, wanted, { keep });
    const after = await inspect(next);
    expect(next).not.toBe(id);
    expect(after['Name']).toBe(`/${PREFIX}old`);
    expect(objectOf(after['State'])['Running']).toBe(true);
    expect(objectOf(after['Config'])).toMatchObject({
      Env: ['NEW=1'],
      Cmd: ['sleep', '100000'],
      Healthcheck: { Test: ['CMD', 'true'] },
    });
    expect(objectOf(after['HostConfig'])).toMatchObject({ Memory: 32 * 1024 * 1024, CapAdd: ['NET_ADMIN'] });
    expect(volumeOf(after, '/anonymous')).toBe(volumeOf(before, '/anonymous'));
    expect((await containers.specOf(next)).networks).toEqual([{ name: `${PREFIX}one`, aliases: ['first'], ipv4: '' }]);
    await expect(docker.inspectContainer(id)).rejects.toThrow();
  });

  it('leaves the old one as it was where the new one cannot be', async () => {
    await run(named('holder', { ports: [{ address: '', hostPort: 18_473, port: 80, protocol: 'tcp' }] }));
    const id = await run(named('old', { env: [{ name: 'A', value: '1' }] }));
    const spec = await containers.specOf(id);
    const port = { address: '', hostPort: 18_473, port: 80, protocol: 'tcp' } as const;
    await expect(containers.replace(id, { ...spec, ports: [port] }, { keep })).rejects.toMatchObject({
      code: 'ENGINE_REFUSED',
      message: expect.stringContaining('18473') as unknown,
      hint: expect.stringContaining('port') as unknown,
    });
    expect(objectOf((await inspect(id))['State'])['Running']).toBe(true);
    const names = (await docker.listContainers()).flatMap(({ Names }) => Names).filter((name) => name.includes(PREFIX));
    expect(names.sort()).toEqual([`/${PREFIX}holder`, `/${PREFIX}old`]);
  });

  it.each(['stop', 'rename', 'create', 'start'])(
    'puts the old one back where it is cancelled after “%s”',
    async (step) => {
      // Ends when it is told to: the first process of a container heeds only what it asked for.
      const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
      const id = await run(named('old', { command }));
      const spec = await containers.specOf(id);
      const leaving = new AbortController();
      const seen: string[] = [];
      const request: DockerApi['request'] = async (path, options) => {
        const answer = await api.request(path, options);
        if (options?.method !== undefined) seen.push(path);
        if (path.endsWith(`/${step}`)) leaving.abort();
        return answer;
      };
      const watched = createContainers(() => ({ ...api, request }));
      const wanted = { ...spec, env: [{ name: 'B', value: '2' }] };
      const replacing = watched.replace(id, wanted, { signal: leaving.signal, keep });
      await expect(replacing).rejects.toMatchObject({ name: 'AbortError' });
      expect(seen.length).toBeGreaterThan(1);
      const left = (await docker.listContainers()).filter(({ Names }) => Names.some((name) => name.includes(PREFIX)));
      expect(left.map(({ Id, Names }) => [Id, Names])).toEqual([[id, [`/${PREFIX}old`]]]);
      expect(objectOf((await inspect(id))['State'])['Running']).toBe(true);
    },
  );

  it('makes one beside another, with anonymous volumes of its own', async () => {
    const id = await docker.runContainer(`${PREFIX}first`, {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '100000'],
      Volumes: { '/anonymous': {} },
      HostConfig: { CapAdd: ['SYS_TIME'] },
    });
    const copy = await containers.create({ ...(await containers.specOf(id)), name: `${PREFIX}copy` }, { like: id });
    const [one, two] = [await inspect(id), await inspect(copy)];
    expect(objectOf(two['HostConfig'])['CapAdd']).toEqual(['SYS_TIME']);
    const volume = (json: JsonObject) => objectOf(arrayOf(json['Mounts'])[0])['Name'];
    expect(volume(two)).toEqual(expect.stringMatching(/^[0-9a-f]{64}$/));
    expect(volume(two)).not.toBe(volume(one));
  });

  it.each<[string, Partial<RunSpec>, { code: string; message: RegExp; hint: RegExp }]>([
    [
      'a name that is taken',
      { name: `${PREFIX}taken` },
      { code: 'BAD_INPUT', message: /already in use/, hint: /another name/ },
    ],
    ['a name that is none', { name: '-' }, { code: 'BAD_INPUT', message: /Invalid container name/, hint: /Letters/ }],
    [
      'an image that is not there',
      { image: 'nobody/nothing:1' },
      { code: 'NOT_FOUND', message: /No such image/, hint: /Pull/ },
    ],
    [
      'an image name that is none',
      { image: 'UPPER case' },
      { code: 'BAD_INPUT', message: /invalid reference/, hint: /lower case/ },
    ],
    [
      'a network that is not there',
      { networks: [{ name: 'nowhere', aliases: [], ipv4: '' }] },
      { code: 'NOT_FOUND', message: /nowhere/, hint: /./ },
    ],
  ])('refuses in the words of the engine, and leaves nothing: %s', async (_, given, { code, message, hint }) => {
    await containers.create(named('taken'));
    const before = (await docker.listContainers()).length;
    const attempt = containers.create({ ...named('x'), ...given }).then((id) => containers.start(id));
    await expect(attempt).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
      hint: expect.stringMatching(hint) as unknown,
    });
    expect((await docker.listContainers()).length - before).toBe(0);
  });

  it('leaves nothing of a container whose second network is not there', async () => {
    await makeNetworks();
    const networks = [`${PREFIX}one`, 'nowhere'].map((name) => ({ name, aliases: [], ipv4: '' }));
    await expect(containers.create(named('half', { networks }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(docker.inspectContainer(`${PREFIX}half`)).rejects.toThrow();
  });

  it('tells processes, changed files and what it uses', async () => {
    const id = await run(
      named('busy', { command: ['sh', '-c', 'echo x > /tmp/x; while :; do :; done'], memory: 64 * 1024 * 1024 }),
    );
    const { titles, rows } = await containers.top(id);
    expect(titles).toContain('PID');
    expect(rows.flat().join(' ')).toContain('while :');
    const samples = await samplesOf(id, 3);
    expect(samples.at(-1)).toMatchObject({ memoryLimit: 64 * 1024 * 1024 });
    expect(samples.at(-1)?.cpu).toBeGreaterThan(5);
    expect(samples.at(-1)?.memory).toBeGreaterThan(0);
    expect(samples.at(-1)?.pids).toBeGreaterThanOrEqual(1);
    expect(await containers.changedFiles(id)).toBe(1);
  });

  it('ends the stream of what it uses when it stops, when it is left, and has none of one that is gone', async () => {
    const id = await run(named('stopping'));
    const first = deferred();
    const stats = containers.stats(id, { onSample: () => first.resolve() });
    await first.promise;
    await containers.kill(id);
    await stats;
    const open = api.openConnections();
    const leaving = new AbortController();
    const left = containers.stats(await run(named('left')), {
      signal: leaving.signal,
      onSample: () => leaving.abort(),
    });
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(api.openConnections()).toBeLessThanOrEqual(open + 1);
    await expect(containers.stats('nobody', { onSample: () => undefined })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('renames, and says why not', async () => {
    const [one] = [await run(named('one')), await run(named('two'))];
    await containers.rename(one, `${PREFIX}three`);
    expect((await inspect(one))['Name']).toBe(`/${PREFIX}three`);
    await expect(containers.rename(one, `${PREFIX}two`)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(containers.rename('nobody', 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('makes an image of it, and hands out its files', async () => {
    const id = await run(named('files', { command: ['sh', '-c', 'echo made-here > /tmp/made; exec sleep 100000'] }));
    const image = await containers.commit(id, { image: 'bulkhead-test/made:2', comment: 'why', pause: true });
    try {
      const made = objectOf(await dockerJson(socket, { method: 'GET', path: '/images/bulkhead-test/made:2/json' }));
      expect(made).toMatchObject({ Id: image, Comment: 'why' });
    } finally {
      await api.request('/images/bulkhead-test%2Fmade:2', { method: 'DELETE', query: { force: true } });
    }
    let bytes = 0;
    let text = '';
    for await (const chunk of await containers.export(id)) {
      bytes += (chunk as Buffer).length;
      text = (text.slice(-600) + (chunk as Buffer).toString('latin1')).slice(-2_000_000);
      if (text.includes('made-here')) break;
    }
    expect(bytes).toBeGreaterThan(1000);
    expect(text).toContain('made-here');
    await expect(containers.export('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ends a request that is cancelled', async () => {
    const id = await run(named('slow', { command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] }));
    const leaving = new AbortController();
    const stopping = containers.stop(id, { signal: leaving.signal });
    leaving.abort();
    await expect(stopping).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

async function removeContainers(...ids: readonly string[]): Promise<void> {
  for (const id of ids) await docker.removeContainer(id);
}

/** The first so many samples. */
async function samplesOf(id: string, count: number): Promise<readonly StatsSample[]> {
  const samples: StatsSample[] = [];
  const leaving = new AbortController();
  await containers
    .stats(id, {
      signal: leaving.signal,
      onSample: (sample) => {
        samples.push(sample);
        if (samples.length === count) leaving.abort();
      },
    })
    .catch(() => undefined);
  return samples;
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
