import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { run, type CommandOptions, type CommandResult } from './run.ts';
import { identify, type ProcessId } from './state.ts';

/**
 * Addresses around an engine. They exist only inside its namespaces, so every engine has the same ones.
 * `outside` is a second network namespace at the far end of the uplink; it plays both the local network and the internet.
 */
export const ADDRESSES = {
  host: '198.51.100.2',
  host6: '2001:db8:51::2',
  gateway: '198.51.100.1',
  gateway6: '2001:db8:51::1',
  /** A private address outside the engine's machine. */
  lan: '192.168.77.1',
  lan6: 'fd77::1',
  /** A public-looking address; nothing leaves the namespace. */
  internet: '203.0.113.1',
  internet6: '2001:db8:113::1',
} as const;

/** Where the machine's routes to the network around it lead. */
export const LAN_SUBNETS = { v4: '192.168.77.0/24', v6: 'fd77::/64' } as const;

/** Which network namespace a command runs in: the engine's own, or the far end of its uplink. */
export type Place = 'host' | 'outside';

/** The namespaces of one engine, held open by one process. */
export interface EngineNamespace {
  readonly anchor: ProcessId;
  /** Prefix that runs a command inside: network, mount and PID namespace. */
  readonly enter: readonly string[];
  exec(argv: readonly string[], options?: CommandOptions & { readonly place?: Place }): Promise<CommandResult>;
  /** Echoes on a TCP port (IPv4 and IPv6, every address of the place) for the rest of the engine's life. */
  listen(place: Place, port: number): Promise<void>;
}

// Runs as the first process of the new namespaces and becomes their reaper. Why each step:
// - The first line reads its own number from the machine's /proc, before the namespace's own /proc covers it.
// - Docker keeps sockets and namespace handles in /run: a private one keeps engines apart and vanishes with them.
// - A private, empty /etc/docker: no settings of the machine's leak in, no key is left behind.
// - A private /opt: containerd makes a folder there.
// - sysfs stays the machine's: mounting a new one would hide the cgroups below it.
// - Where br_netfilter is built into the kernel it is on from the start, for every engine; say what loading would have said.
// - Engines keep their pools off every subnet on a link of the machine: the neighbours must not be hidden behind a bridge.
// - Names that nobody serves must fail at once instead of timing out: the far end refuses DNS.
// - No IPv6 duplicate detection, so that addresses are usable from the first moment.
const SETUP = `set -eu
read -r pid rest < /proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /etc/docker
mount -t tmpfs tmpfs /etc/docker
mount -t tmpfs tmpfs /opt
echo 'nameserver ${ADDRESSES.gateway}' > /run/resolv.conf
[ ! -e /etc/resolv.conf ] || mount --bind /run/resolv.conf /etc/resolv.conf
for setting in /proc/sys/net/bridge/bridge-nf-call-*tables; do
  [ ! -e "$setting" ] || echo "$1" > "$setting"
done
ip link set lo up
ip netns add outside
ip link add uplink type veth peer name uplink netns outside
ip addr add ${ADDRESSES.host}/24 dev uplink
ip addr add ${ADDRESSES.host6}/64 dev uplink nodad
ip link set uplink up
ip -n outside link set lo up
ip -n outside addr add ${ADDRESSES.gateway}/24 dev uplink
ip -n outside addr add ${ADDRESSES.gateway6}/64 dev uplink nodad
ip -n outside addr add ${ADDRESSES.lan}/32 dev lo
ip -n outside addr add ${ADDRESSES.lan6}/128 dev lo nodad
ip -n outside addr add ${ADDRESSES.internet}/32 dev lo
ip -n outside addr add ${ADDRESSES.internet6}/128 dev lo nodad
ip -n outside link set uplink up
ip route add default via ${ADDRESSES.gateway}
ip route add ${LAN_SUBNETS.v4} dev uplink
ip route add default via ${ADDRESSES.gateway6}
ip route add ${LAN_SUBNETS.v6} via ${ADDRESSES.gateway6}
echo "anchor $pid"
exec tini -- sleep infinity >/dev/null 2>&1
`;

/** How an engine's namespaces begin. */
export interface NamespaceOptions {
  readonly detached: boolean;
  /** Whether packets between two ports of one bridge pass the firewall. */
  readonly bridgeNetfilter: boolean;
}

/**
 * Makes an engine's own network, mount and PID namespaces and holds them open.
 * `detached` namespaces outlive this process; others are killed by the kernel when this process ends, however it ends.
 */
export async function createNamespace({ detached, bridgeNetfilter }: NamespaceOptions): Promise<EngineNamespace> {
  const unshare = ['unshare', '--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const bound = detached ? [] : ['setpriv', '--pdeathsig', 'KILL'];
  const [file = '', ...args] = [...bound, ...unshare, 'sh', '-c', SETUP, 'setup', bridgeNetfilter ? '1' : '0'];
  const holder = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let complaint = '';
  holder.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const pid = await new Promise<number>((resolve, reject) => {
    holder.on('error', reject);
    holder.on('close', () => {
      reject(new Error(`Cannot make namespaces; this needs root.\n${complaint.trim()}`));
    });
    createInterface(holder.stdout).on('line', (line) => {
      const found = /^anchor (\d+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  holder.removeAllListeners('close');
  holder.unref();
  holder.stdout.destroy();
  holder.stderr.destroy();
  const anchor = identify(pid);
  if (anchor === null) throw new Error('The namespaces were gone as soon as they were made.');
  return openNamespace(anchor);
}

/** The namespaces of an engine that already runs. */
export function openNamespace(anchor: ProcessId): EngineNamespace {
  const enter = ['nsenter', '--target', String(anchor.pid), '--net', '--mount', '--pid', '--'];
  const exec: EngineNamespace['exec'] = (argv, { place = 'host', ...options } = {}) => {
    const hop = place === 'outside' ? ['nsenter', '--net=/run/netns/outside', '--'] : [];
    return run([...enter, ...hop, ...argv], options);
  };
  return {
    anchor,
    enter,
    exec,
    async listen(place, port) {
      const start = `busybox nc -ll -p ${String(port)} -e cat </dev/null >/dev/null 2>&1 &`;
      const seen = `ss -Hltn 'sport = :${String(port)}' | grep -q .`;
      const wait = `n=0; until ${seen}; do n=$((n+1)); [ $n -lt 100 ] || exit 1; busybox usleep 20000; done`;
      const { code } = await exec(['sh', '-c', `${start} ${wait}`], { place });
      if (code !== 0) throw new Error(`Nothing listens on port ${String(port)} (${place}).`);
    },
  };
}
