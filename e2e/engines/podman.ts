import { enginePaths } from './state.ts';

/** The command that serves Podman's API as one engine. */
export function podmanService(name: string): string[] {
  return podmanCommand(name, ['system', 'service', '--time=0', `unix://${enginePaths(name).socket}`]);
}

/** A command of Podman's to one engine: own images, own networks, nothing of the machine's. */
export function podmanCommand(name: string, words: readonly string[]): string[] {
  const { data } = enginePaths(name);
  return [
    '/usr/bin/podman',
    `--root=${data}`,
    '--runroot=/run/podman/root',
    '--tmpdir=/run/podman/tmp',
    '--network-config-dir=/run/podman/networks',
    '--network-backend=netavark',
    '--cgroup-manager=cgroupfs',
    '--events-backend=file',
    // crun refuses machines on which both versions of control groups are mounted.
    '--runtime=/usr/sbin/runc',
    ...words,
  ];
}
