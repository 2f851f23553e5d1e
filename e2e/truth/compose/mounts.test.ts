import { describe, expect, it } from 'vitest';
import { mapMounts, mapVolume, type Disk, type PathKind } from './mounts.ts';

const kinds: Readonly<Record<string, PathKind>> = {
  '/': 'folder',
  '/var/run/docker.sock': 'file',
  '/etc/localtime': 'file',
  '/home/me/app': 'folder',
  '/home/me/app/nginx.conf': 'file',
};
const disk: Disk = { kindOf: (path) => kinds[path] ?? 'missing', mirror: '/tmp/m' };
const bind = (source: string, target = '/x'): ReturnType<typeof mapMounts> =>
  mapMounts('web', [{ type: 'bind', source, target, bind: { propagation: 'rslave' } }], disk);

describe('a mount of a folder', () => {
  it.each([
    ['the engine’s socket stays', '/var/run/docker.sock', '/var/run/docker.sock', null],
    ['the whole machine stays, without propagation', '/', '/', null],
    ['the clock stays', '/etc/localtime', '/etc/localtime', null],
    ['somebody’s folder is left alone', '/home/me/app', '/tmp/m/home/me/app', 'folder'],
    ['a file stays a file', '/home/me/app/nginx.conf', '/tmp/m/home/me/app/nginx.conf', 'file'],
    ['what is missing is a folder, as Compose would make it', '/srv/x', '/tmp/m/srv/x', 'folder'],
    ['a path of Windows is one too', 'C:\\data', '/tmp/m/C__data', 'folder'],
    ['a part of the machine that is missing too', '/run/dbus', '/tmp/m/run/dbus', 'folder'],
  ])('%s', (_, source, mapped, standIn) => {
    const { mounts, standIns } = bind(source);
    expect(mounts).toEqual([{ type: 'bind', source: mapped, target: '/x' }]);
    expect(standIns).toEqual(standIn === null ? [] : [{ path: mapped, kind: standIn }]);
  });

  it('is a file where the image has one', () => {
    expect(bind('/srv/passwd', '/etc/passwd').standIns).toEqual([{ path: '/tmp/m/srv/passwd', kind: 'file' }]);
  });

  it('is dropped where it would hide the program', () => {
    for (const target of ['/bin', '/bin/', '/bin/sleep']) expect(bind('/srv/bin', target).mounts).toEqual([]);
    expect(bind('/srv/bin', '/bin/').notes).toHaveLength(1);
    expect(bind('/srv/bin', '/usr/bin').mounts).toHaveLength(1);
  });
});

it('keeps named, nameless and memory volumes; drops what is no mount of an engine', () => {
  const mounts = [
    { type: 'volume', source: 'data', target: '/a', read_only: true },
    { type: 'volume', target: '/b' },
    { type: 'tmpfs', target: '/c' },
    { type: 'npipe', source: '\\\\.\\pipe\\docker_engine', target: '/d' },
  ];
  const mapped = mapMounts('web', mounts, disk);
  expect(mapped.mounts).toEqual(mounts.slice(0, 3));
  expect(mapped.notes.map(({ what }) => what)).toEqual(['web: \\\\.\\pipe\\docker_engine at /d']);
});

it.each([
  ['external', { name: 'shared', external: true }, { name: 'shared' }],
  ['of a plugin', { name: 'v', driver: 'rexray', driver_opts: { size: '1' } }, { name: 'v' }],
  ['on a file server', { name: 'v', driver_opts: { type: 'nfs', o: 'addr=10.0.0.1', device: ':/x' } }, { name: 'v' }],
  [
    'that is a folder',
    { name: 'v', driver: 'local', driver_opts: { type: 'none', o: 'bind,ro', device: '/srv/d' } },
    { name: 'v', driver: 'local', driver_opts: { type: 'none', o: 'bind,ro', device: '/tmp/m/srv/d' } },
  ],
  [
    'in memory',
    { name: 'v', driver_opts: { type: 'tmpfs', device: 'tmpfs' } },
    { name: 'v', driver: 'local', driver_opts: { type: 'tmpfs', device: 'tmpfs' } },
  ],
])('a volume %s', (_, volume, mapped) => {
  expect(mapVolume('v', volume, disk).volume).toEqual(mapped);
});
