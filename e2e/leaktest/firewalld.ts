/** Debian's own firewalld beside an engine, with a message bus of its own. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Docker } from '../fixture/docker.ts';
import { ensureMachinePackages } from '../engines/packages.ts';
import type { RunningEngine } from '../engines/engine.ts';

export const FIREWALLD_BACKENDS = ['nftables', 'iptables'] as const;
export type FirewalldBackend = (typeof FIREWALLD_BACKENDS)[number];

// What it imports is only recommended to it.
const PACKAGES = [
  'firewalld',
  'dbus-daemon',
  'python3-nftables',
  'python3-gi',
  'gir1.2-glib-2.0',
  'python3-cap-ng',
  'ipset',
];

// Why each step:
// - /run is the engine's own, so the bus is at the place where engine and firewalld look for it, and nobody else sees it.
// - Settings are the engine's own, too; the interfaces that the engine does not give to its own zone are trusted: what firewalld
//   itself would shut could not be seen to be shut by the guard.
const START = `set -eu
mkdir -p /run/dbus /run/firewalld-settings
cp -r /etc/firewalld/. /run/firewalld-settings
mount --bind /run/firewalld-settings /etc/firewalld
sed -i -e "s/^FirewallBackend=.*/FirewallBackend=$1/" -e 's/^DefaultZone=.*/DefaultZone=trusted/' /etc/firewalld/firewalld.conf
dbus-daemon --system --address=unix:path=/run/dbus/system_bus_socket --nopidfile --nosyslog --fork
firewalld --nofork --nopid </dev/null >/run/firewalld.log 2>&1 &
n=0
until [ "$(firewall-cmd --state 2>&1)" = running ]; do
  n=$((n + 1)); [ $n -lt 100 ] || { cat /run/firewalld.log; exit 1; }
  busybox usleep 100000
done
`;

/** Starts firewalld where the engine is, and the engine anew, which looks for it only then. @throws Error with its log. */
export async function startFirewalld(engine: RunningEngine, backend: FirewalldBackend): Promise<void> {
  await ensureMachinePackages(undefined, PACKAGES);
  const { code, stdout, stderr } = await engine.exec(['sh', '-c', START, 'start', backend]);
  if (code !== 0) throw new Error(`firewalld does not run: ${stdout}${stderr}`);
  await engine.restart();
  const zones = await engine.exec(['firewall-cmd', '--get-active-zones']);
  if (!zones.stdout.includes('docker'))
    throw new Error(`The engine did not find firewalld: ${zones.stdout}${zones.stderr}`);
}

/**
 * When the engine has last put its rules back, in whole seconds.
 *
 * @returns 0: never since it was started; null: it is older than 28.1, and does not tell.
 */
async function reloadedAt(docker: Docker): Promise<number | null> {
  const { FirewallBackend: backend } = await docker.info();
  if (backend === undefined) return null;
  const told = (backend as { readonly Info?: readonly (readonly [string, string])[] }).Info ?? [];
  return Date.parse(told.find(([what]) => what === 'ReloadedAt')?.[1] ?? '1970-01-01') / 1000;
}

/** Putting the rules of a few networks back takes an engine about a second. */
const LIMIT_MS = 60_000;

/**
 * `firewall-cmd --reload`: its own rules anew, and, of iptables, nobody else's left until the engine puts them back.
 *
 * Waits for the engine where it tells: 28.2 to 28.5 lock themselves up for good when a container leaves a network just then
 * (https://github.com/moby/moby/issues/50619, met here on 28.5).
 */
export async function reloadFirewalld(engine: RunningEngine, docker: Docker): Promise<void> {
  const before = await reloadedAt(docker);
  // Another second than the one before, by which the two can be told apart.
  while (before !== null && Math.floor(Date.now() / 1000) <= before) await pause(100);
  const { code, stdout, stderr } = await engine.exec(['firewall-cmd', '--reload']);
  if (code !== 0) throw new Error(`firewalld did not load its rules anew: ${stdout}${stderr}`);
  const until = Date.now() + LIMIT_MS;
  while (before !== null && (await reloadedAt(docker)) === before) {
    if (Date.now() > until) throw new Error('The engine did not put its rules back after firewalld’s reload.');
    await pause(50);
  }
}
