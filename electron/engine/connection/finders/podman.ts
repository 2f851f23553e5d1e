/** Podman's Docker-compatible socket: the user's, the machine's (macOS, Windows), root's. */
import { joinPath, type Surroundings } from '../surroundings.ts';
import { presentSockets, type Finder } from './finder.ts';

export const podman: Finder = {
  source: 'Podman',
  find: (around) => presentSockets(around, paths(around)),
};

function paths(around: Surroundings): readonly string[] {
  const { env, homedir, platform } = around;
  if (platform === 'win32') return ['//./pipe/podman-machine-default'];
  const machine = joinPath(around, homedir, '.local', 'share', 'containers', 'podman', 'machine');
  const runtime = env['XDG_RUNTIME_DIR'];
  const temporary = env['TMPDIR'];
  return [
    ...(runtime ? [joinPath(around, runtime, 'podman', 'podman.sock')] : []),
    ...(temporary ? [joinPath(around, temporary, 'podman', 'podman-machine-default-api.sock')] : []),
    joinPath(around, machine, 'podman.sock'),
    joinPath(around, machine, 'qemu', 'podman.sock'),
    '/run/podman/podman.sock',
  ];
}
