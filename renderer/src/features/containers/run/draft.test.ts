import { describe, expect, test } from 'vitest';
import { EMPTY_SPEC, type RunSpec } from '../../../../../shared/containers/run-spec.ts';
import { draftOf, EMPTY_DRAFT, readDraft, type Draft } from './draft.ts';

const FULL: RunSpec = {
  image: 'nginx:1',
  name: 'web',
  entrypoint: ['sh', '-c'],
  command: ['echo "a b"; sleep 1', "it's"],
  ports: [{ address: '127.0.0.1', hostPort: 8080, port: 80, protocol: 'tcp' }],
  env: [{ name: 'A', value: '1=2' }],
  labels: [{ name: 'l', value: '' }],
  mounts: [{ type: 'bind', source: '/srv', target: '/srv', readOnly: true }],
  networks: [{ name: 'back', aliases: ['a', 'b'], ipv4: '10.0.0.9' }],
  restart: 'on-failure',
  restartTries: 3,
  memory: 512 * 1024 * 1024,
  cpus: 1.5,
  hostname: 'h',
  user: '1:2',
  workdir: '/w',
  tty: true,
  privileged: true,
  autoRemove: false,
};

const read = (given: Partial<Draft>) => readDraft({ ...EMPTY_DRAFT, image: 'i', ...given });

describe('the run dialog', () => {
  test.each([
    ['everything', FULL],
    ['nothing', { ...EMPTY_SPEC, image: 'i' }],
    ['no entrypoint', { ...EMPTY_SPEC, image: 'i', entrypoint: [] }],
  ])('shows a container so that it reads as the same again: %s', (_, spec) => {
    const { spec: again, problems } = readDraft(draftOf(spec));
    expect([...problems]).toEqual([]);
    expect(again).toEqual(spec);
  });

  test.each<[string, Partial<Draft>, readonly string[]]>([
    ['no image', { image: ' ' }, ['image-missing']],
    ['a port that is none', { ports: [{ address: '', hostPort: '', port: '0', protocol: 'tcp' }] }, ['port-bad']],
    [
      'a port outside that is none',
      { ports: [{ address: '', hostPort: 'x', port: '80', protocol: 'tcp' }] },
      ['port-bad'],
    ],
    ['a variable without a name', { env: [{ name: '', value: 'x' }] }, ['env-bad']],
    ['a variable with an equals sign in its name', { env: [{ name: 'A=B', value: 'x' }] }, ['env-bad']],
    [
      'a place that is no path',
      { mounts: [{ type: 'volume', source: 'v', target: 'data', readOnly: false }] },
      ['mount-bad'],
    ],
    [
      'a folder that is no path',
      { mounts: [{ type: 'bind', source: 'srv', target: '/d', readOnly: false }] },
      ['mount-bad'],
    ],
    [
      'a path with a colon',
      { mounts: [{ type: 'volume', source: 'v', target: '/a:b', readOnly: false }] },
      ['mount-bad'],
    ],
    ['a network without a name', { networks: [{ name: '', aliases: '', ipv4: '' }] }, ['network-missing']],
    ['a quote that is not closed', { command: "sh -c 'x" }, ['command-bad']],
    ['memory that is no amount', { memory: 'much' }, ['memory-bad']],
    ['cores that are no number', { cpus: '-1' }, ['cpus-bad']],
    ['removed when it ends, and started again', { autoRemove: true, restart: 'always' }, ['remove-restart']],
    [
      'lines that were left empty',
      { ports: [{ address: '', hostPort: '', port: '', protocol: 'tcp' }], env: [{ name: '', value: '' }] },
      [],
    ],
  ])('finds %s', (_, given, problems) => {
    expect([...read(given).problems]).toEqual(problems);
  });

  test.each([
    ['512m', 512 * 1024 ** 2],
    ['1.5 GiB', 1.5 * 1024 ** 3],
    ['1000', 1000],
    ['64 KB', 64 * 1024],
    ['', 0],
  ])('reads %s of memory', (text, bytes) => {
    expect(read({ memory: text }).spec.memory).toBe(bytes);
  });
});
