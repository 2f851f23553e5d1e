import { describe, expect, it } from 'vitest';
import { runLine } from './run-line.ts';
import { EMPTY_SPEC, type RunSpec } from './run-spec.ts';

const net = (name: string, aliases: readonly string[] = [], ipv4 = '') => ({ name, aliases, ipv4 });

describe('the docker run line', () => {
  it.each<[string, Partial<RunSpec>, string]>([
    ['nothing but an image', {}, 'docker run -d nginx'],
    [
      'a name',
      { name: 'web', hostname: 'w', user: '1:2', workdir: '/srv' },
      'docker run -d --name web --hostname w --user 1:2 --workdir /srv nginx',
    ],
    [
      'ports',
      {
        ports: [
          { address: '', hostPort: 8080, port: 80, protocol: 'tcp' },
          { address: '127.0.0.1', hostPort: 0, port: 53, protocol: 'udp' },
          { address: '::1', hostPort: 1, port: 2, protocol: 'tcp' },
          { address: '', hostPort: 0, port: 9, protocol: 'tcp' },
        ],
      },
      "docker run -d -p 8080:80 -p 127.0.0.1::53/udp -p '[::1]:1:2' -p 9 nginx",
    ],
    [
      'values that a shell would take for its own',
      { env: [{ name: 'A', value: "it's $HOME `x`" }], labels: [{ name: 'l', value: '' }] },
      `docker run -d -e 'A=it'\\''s $HOME \`x\`' --label l= nginx`,
    ],
    [
      'mounts',
      {
        mounts: [
          { type: 'volume', source: 'data', target: '/data', readOnly: false },
          { type: 'bind', source: '/my files', target: '/in', readOnly: true },
          { type: 'volume', source: '', target: '/cache', readOnly: false },
          { type: 'tmpfs', source: '', target: '/tmp', readOnly: false },
        ],
      },
      "docker run -d -v data:/data -v '/my files:/in:ro' -v /cache --tmpfs /tmp nginx",
    ],
    [
      'one network',
      { networks: [net('back', ['db'], '10.0.0.9')] },
      'docker run -d --network back --network-alias db --ip 10.0.0.9 nginx',
    ],
    [
      'several networks',
      { networks: [net('a', ['x', 'y']), net('b'), net('c', [], '10.0.0.9')] },
      'docker run -d --network name=a,alias=x,alias=y --network b --network name=c,ip=10.0.0.9 nginx',
    ],
    [
      'limits and restart',
      { memory: 512 * 1024 * 1024, cpus: 1.5, restart: 'on-failure', restartTries: 3 },
      'docker run -d --restart on-failure:3 --memory 512m --cpus 1.5 nginx',
    ],
    [
      'an odd limit',
      { memory: 1_000_001, restart: 'always' },
      'docker run -d --restart always --memory 1000001b nginx',
    ],
    ['a command', { command: ['sh', '-c', 'echo a; sleep 1'] }, "docker run -d nginx sh -c 'echo a; sleep 1'"],
    [
      'an entrypoint of several words, whose rest goes before the command',
      { entrypoint: ['sh', '-c'], command: ['id'] },
      'docker run -d --entrypoint sh nginx -c id',
    ],
    ['no entrypoint', { entrypoint: [] }, "docker run -d --entrypoint '' nginx"],
    ['no image yet', { image: '', command: ['id'] }, 'docker run -d IMAGE id'],
    ['switches', { tty: true, autoRemove: true, privileged: true }, 'docker run -d -it --rm --privileged nginx'],
  ])('%s', (_, given, line) => {
    expect(runLine({ ...EMPTY_SPEC, image: 'nginx', ...given })).toBe(line);
  });
});

describe('several networks on an engine that joins one at a time', () => {
  it.each<[string, Partial<RunSpec>, string]>([
    [
      'are joined before it starts',
      { name: 'web', networks: [net('a', ['x'], '10.0.0.8'), net('b', ['y']), net('c', [], '10.0.1.9')] },
      `docker create --name web --network a --network-alias x --ip 10.0.0.8 nginx &&
docker network connect --alias y b web &&
docker network connect --ip 10.0.1.9 c web &&
docker start web`,
    ],
    [
      'of a container without a name',
      { networks: [net('a'), net('b')] },
      `container=$(docker create --network a nginx) &&
docker network connect b "$container" &&
docker start "$container"`,
    ],
    ['one is no reason', { networks: [net('a', ['x'])] }, 'docker run -d --network a --network-alias x nginx'],
  ])('%s', (_, spec, line) => {
    expect(runLine({ ...EMPTY_SPEC, image: 'nginx', ...spec }, { oneNetwork: true })).toBe(line);
  });
});
