/** How somebody who may not use an engine's socket comes to be allowed to, by system and by engine. */

export const PERMISSION_WAYS = ['docker-group', 'podman-user', 'desktop-user', 'docker-users', 'ssh-login'] as const;
export type PermissionWay = (typeof PERMISSION_WAYS)[number];

/**
 * @param platform of the machine that asks, as Node calls it
 * @param address of the engine
 */
export function permissionWay(platform: string, address: string): PermissionWay {
  if (address.startsWith('ssh:')) return 'ssh-login';
  // Docker Desktop on Windows keeps a group of its own.
  if (platform === 'win32' || address.startsWith('npipe:')) return 'docker-users';
  if (/podman/i.test(address)) return 'podman-user';
  // On macOS the engine is a program of the person who opened it.
  return platform === 'darwin' ? 'desktop-user' : 'docker-group';
}

/** What to type there; `''`: nothing is typed. */
export const PERMISSION_COMMANDS: Readonly<Record<PermissionWay, string>> = {
  'docker-group': 'sudo usermod -aG docker $USER',
  'podman-user': 'systemctl --user enable --now podman.socket',
  'desktop-user': '',
  'docker-users': 'net localgroup docker-users %USERNAME% /add',
  'ssh-login': '',
};

/** For whoever reads no page: the command line, logs. */
export const PERMISSION_HINTS: Readonly<Record<PermissionWay, string>> = {
  'docker-group':
    'Add yourself to the docker group (sudo usermod -aG docker $USER, then log in again), or use rootless Docker.',
  'podman-user': 'Use the socket of your own Podman: systemctl --user enable --now podman.socket.',
  'desktop-user': 'Open Docker Desktop (or Colima, OrbStack, Rancher Desktop) as the user that you are now.',
  'docker-users':
    'Add yourself to the docker-users group as administrator (net localgroup docker-users %USERNAME% /add), then log in again.',
  'ssh-login': 'Log in there once by ssh, and see that the user may use Docker on that machine.',
};
