import { expect, it } from 'vitest';
import { PERMISSION_COMMANDS, PERMISSION_HINTS, permissionWay } from './permission.ts';

it.each([
  ['linux', 'unix:///var/run/docker.sock', 'docker-group'],
  ['linux', 'unix:///run/podman/podman.sock', 'podman-user'],
  ['darwin', 'unix:///Users/me/.docker/run/docker.sock', 'desktop-user'],
  ['win32', 'npipe:////./pipe/docker_engine', 'docker-users'],
  ['linux', 'ssh://me@there', 'ssh-login'],
  ['darwin', 'ssh://me@there', 'ssh-login'],
])('on %s, for %s: %s', (platform, address, way) => {
  expect(permissionWay(platform, address)).toBe(way);
});

it('what is to be typed is in the words too', () => {
  for (const [way, command] of Object.entries(PERMISSION_COMMANDS)) {
    expect(PERMISSION_HINTS[way as keyof typeof PERMISSION_HINTS]).toContain(command);
  }
});
