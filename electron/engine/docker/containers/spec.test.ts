import { describe, expect, it } from 'vitest';
import { EMPTY_SPEC, LONGEST_VALUE } from '../../../../shared/containers/run-spec.ts';
import { creationFor, specOf, untoldOf } from './spec.ts';

const ID = 'a'.repeat(64);

/** A container with things in it that no field of the run dialog tells. */
const FOUND = {
  Id: ID,
  Name: '/web',
  Config: {
    Image: 'nginx',
    Hostname: ID.slice(0, 12),
    Env: ['PATH=/bin', 'A=1'],
    Cmd: ['nginx'],
    Entrypoint: ['/entry.sh'],
    Labels: { own: 'x', images: 'y' },
    ExposedPorts: { '80/tcp': {} },
  },
  HostConfig: {
    NetworkMode: 'back',
    CapAdd: ['NET_ADMIN'],
    Binds: ['data:/data', '/srv:/srv:ro', '/cache'],
    Mounts: [{ Type: 'volume', Source: 'sub', Target: '/sub', VolumeOptions: { Subpath: 'a/b' } }],
    Tmpfs: { '/tmp': 'size=1m' },
    RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
    Memory: 1024,
    MemorySwap: 2048,
    NanoCpus: 1_500_000_000,
  },
  NetworkSettings: {
    Networks: {
      front: { NetworkID: 'n2', Aliases: ['www'] },
      back: { NetworkID: 'n1', Aliases: ['db', ID.slice(0, 12)], IPAMConfig: { IPv4Address: '10.0.0.9' } },
    },
  },
};
const IMAGE = { Config: { Env: ['PATH=/bin'], Cmd: ['nginx'], Entrypoint: ['/entry.sh'], Labels: { images: 'y' } } };

describe('a container as its user would ask for it', () => {
  it('leaves out what is the image’s, and begins with the network it was made on', () => {
    expect(specOf(FOUND, IMAGE)).toEqual({
      ...EMPTY_SPEC,
      image: 'nginx',
      name: 'web',
      env: [{ name: 'A', value: '1' }],
      labels: [{ name: 'own', value: 'x' }],
      mounts: [
        { type: 'volume', source: 'data', target: '/data', readOnly: false },
        { type: 'bind', source: '/srv', target: '/srv', readOnly: true },
        { type: 'volume', source: '', target: '/cache', readOnly: false },
        { type: 'volume', source: 'sub', target: '/sub', readOnly: false },
        { type: 'tmpfs', source: '', target: '/tmp', readOnly: false },
      ],
      networks: [
        { name: 'back', aliases: ['db'], ipv4: '10.0.0.9' },
        { name: 'front', aliases: ['www'], ipv4: '' },
      ],
      restart: 'always',
      memory: 1024,
      cpus: 1.5,
    });
  });

  it('tells everything where the image is gone', () => {
    expect(specOf(FOUND, null)).toMatchObject({ entrypoint: ['/entry.sh'], command: ['nginx'] });
  });

  it.each([[{}], [{ Config: null, HostConfig: 7, NetworkSettings: { Networks: [] } }]])(
    'is made of nonsense: %j',
    (json) => {
      expect(specOf(json, null)).toEqual(EMPTY_SPEC);
    },
  );
});

describe('a container after another', () => {
  const spec = specOf(FOUND, IMAGE);
  const further = [{ networkId: 'n2', endpoint: { Aliases: ['www'] } }];
  const creation = {
    body: { ...FOUND.Config, HostConfig: FOUND.HostConfig, NetworkingConfig: { as: 'it was' } },
    further,
  };

  it('is the very same where nothing is said otherwise', () => {
    expect(creationFor(spec, { spec, creation })).toEqual(creation);
  });

  it('differs in what is said otherwise, and in nothing else', () => {
    const made = creationFor({ ...spec, memory: 4096, env: [{ name: 'B', value: '2' }] }, { spec, creation });
    expect(made).toEqual({
      body: { ...creation.body, Env: ['B=2'], HostConfig: { ...FOUND.HostConfig, Memory: 4096, MemorySwap: 0 } },
      further,
    });
  });

  it('keeps the options of a mount that is kept', () => {
    const mounts = spec.mounts.filter(({ target }) => target === '/sub' || target === '/data');
    const { HostConfig } = creationFor({ ...spec, mounts }, { spec, creation }).body as typeof creation.body;
    expect(HostConfig).toMatchObject({ Mounts: FOUND.HostConfig.Mounts, Binds: ['data:/data'], Tmpfs: {} });
  });

  it('keeps what is too long to be told, also when the rest of it changes', () => {
    const huge = 'x'.repeat(LONGEST_VALUE + 1);
    const Config = { ...FOUND.Config, Env: ['A=1', `B=${huge}`], Labels: { own: 'x', huge, [huge]: 'y' } };
    const found = { ...FOUND, Config };
    const own = specOf(found, null);
    expect([own.env, own.labels, untoldOf(found)]).toEqual([
      [{ name: 'A', value: '1' }],
      [{ name: 'own', value: 'x' }],
      3,
    ]);
    const like = { spec: own, creation: { body: { ...Config, HostConfig: FOUND.HostConfig }, further } };
    const { body } = creationFor({ ...own, labels: [], env: [{ name: 'A', value: '2' }] }, like);
    expect([body['Env'], body['Labels']]).toEqual([[`B=${huge}`, 'A=2'], { huge, [huge]: 'y' }]);
  });

  it('joins other networks', () => {
    const networks = [{ name: 'front', aliases: [], ipv4: '' }];
    const made = creationFor({ ...spec, networks }, { spec, creation });
    expect([made.body['NetworkingConfig'], made.further]).toEqual([{ EndpointsConfig: { front: {} } }, []]);
  });
});
