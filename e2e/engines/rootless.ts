import { dirname, join } from 'node:path';
import type { EngineNamespace } from './namespace.ts';
import type { EngineFiles } from './packages.ts';
import { enginePaths } from './state.ts';

/** An ordinary user, known inside one engine's namespaces alone, with the ids that its containers take. */
const USER = { id: '1500', name: 'bulkhead', subordinate: '200000:65536' } as const;
const HOME = '/run/home';
const RUNTIME = `/run/user/${USER.id}`;
/** Where the user finds the engine's programs: the cache may be in a folder that only root enters. */
const PROGRAMS = '/opt/engine';

/** What rootless engines need beyond the engine itself. */
export const ROOTLESS_PACKAGES = ['rootlesskit', 'slirp4netns', 'uidmap'];

// - newuidmap asks the user's name of /etc/passwd: private copies, so that the machine gets no user.
// - Everybody may ping, as systemd has it: slirp4netns sends pings as that user.
// - slirp4netns opens the TUN device as that user, as machines let everybody.
const SETUP = `set -eu
mkdir -p /run/private ${HOME} ${RUNTIME} ${PROGRAMS}
for file in passwd group subuid subgid; do
  [ -e /etc/$file ] || : > /etc/$file
  cp /etc/$file /run/private/$file
done
echo '${USER.name}:x:${USER.id}:${USER.id}::${HOME}:/bin/sh' >> /run/private/passwd
echo '${USER.name}:x:${USER.id}:' >> /run/private/group
for file in subuid subgid; do echo '${USER.name}:${USER.subordinate}' >> /run/private/$file; done
for file in passwd group subuid subgid; do mount --bind /run/private/$file /etc/$file; done
mknod -m 666 /run/private/tun c 10 200
mount --bind /run/private/tun /dev/net/tun
mount --bind "$1" ${PROGRAMS}
echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range
chown ${USER.id}:${USER.id} ${HOME} ${RUNTIME} "$2" "$3"
`;

/** Makes the user and what it needs, inside an engine's namespaces. */
export async function prepareRootless({ exec }: EngineNamespace, name: string, files: EngineFiles): Promise<void> {
  const { folder, data } = enginePaths(name);
  const { code, stderr } = await exec(['sh', '-c', SETUP, 'setup', join(dirname(files.dockerd), '..'), folder, data]);
  if (code !== 0) throw new Error(`A user for the rootless engine cannot be made.\n${stderr}`);
}

/** The command that runs dockerd as that user, by the script that Docker ships for it. */
export function rootlessCommand(name: string, args: readonly string[]): string[] {
  const { socket, data } = enginePaths(name);
  const path = [`${PROGRAMS}/sbin`, `${PROGRAMS}/bin`, '/usr/local/sbin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return [
    ...['setpriv', '--reuid', USER.id, '--regid', USER.id, '--clear-groups', '--inh-caps=-all'],
    ...['env', '-i', `HOME=${HOME}`, `XDG_RUNTIME_DIR=${RUNTIME}`, `PATH=${path.join(':')}`],
    ...['sh', `${PROGRAMS}/share/docker.io/contrib/dockerd-rootless.sh`],
    `--host=unix://${socket}`,
    `--data-root=${data}`,
    `--exec-root=${RUNTIME}/docker`,
    `--pidfile=${RUNTIME}/docker.pid`,
    '--shutdown-timeout=5',
    ...args,
  ];
}
