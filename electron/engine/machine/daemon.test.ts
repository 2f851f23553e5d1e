import { describe, expect, test } from 'vitest';
import { createDaemonMeter, listenerAt } from './daemon.ts';

const TABLE = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 30861 /run/docker.sock
0000000000000000: 00000003 00000000 00000000 0001 03 30862 /run/other.sock
0000000000000000: 00000002 00000000 00010000 0001 01 30863 /tmp/with space.sock
0000000000000000: 00000002 00000000 00010000 0001 01 30864
`;

describe('who listens on a socket', () => {
  test.each([
    ['the one at its path', ['/run/docker.sock'], '30861'],
    ['the same by the older way to it', ['/var/run/docker.sock', '/run/docker.sock'], '30861'],
    ['a path with a space', ['/tmp/with space.sock'], '30863'],
    ['a connection is no listener', ['/run/other.sock'], null],
    ['nobody', ['/run/none.sock'], null],
  ])('%s', (_, paths, inode) => {
    expect(listenerAt(TABLE, new Set(paths))).toBe(inode);
  });
});

describe('an engine whose process cannot be seen', () => {
  test.each([
    ['tcp://10.0.0.1:2375', 'linux', 'remote'],
    ['ssh://me@there', 'linux', 'remote'],
    ['demo', 'linux', 'demo'],
    ['unix:///nowhere/docker.sock', 'linux', 'hidden'],
    ['unix:///var/run/docker.sock', 'darwin', 'virtual'],
  ] as const)('%s on %s', async (address, platform, why) => {
    expect(await createDaemonMeter(address, platform)()).toEqual({ kind: 'unseen', why });
  });
});
