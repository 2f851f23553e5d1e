/**
 * Stands in for IPVS where the kernel has none: in the very namespaces in which the engine would set it up, behind the same
 * addresses, every new connection goes on to one of the running tasks, from an address of the balancer's own.  Without IPVS
 * the engine does not come to what it does after that either: the virtual addresses, and its rules on the machine.
 */
import { isService, runningTasks, type Topology } from '../../../shared/topology/model.ts';
import type { SwarmNode } from '../../engines/swarm.ts';

const INGRESS = 'ingress_sbox';

/** Puts it in, on every node, for the services as they are now; what was there of it before is replaced. */
export async function balance(nodes: readonly SwarmNode[], topology: Topology): Promise<void> {
  for (const node of nodes) {
    await redirect(node, topology);
    const { stdout } = await node.exec(['ls', '/run/docker/netns']);
    for (const name of stdout.split('\n').filter((one) => one === INGRESS || one.startsWith('lb_'))) {
      const rules =
        name === INGRESS ? meshRules(topology) : addressRules(topology, name.slice('lb_'.length), node.nodeId);
      const enter = ['nsenter', `--net=/run/docker/netns/${name}`, '--'];
      const script = `table ip balancer
delete table ip balancer
table ip balancer {
  chain called { type nat hook prerouting priority dstnat - 1; policy accept;
${rules.join('\n')}
  }
  chain hidden { type nat hook postrouting priority srcnat - 1; policy accept;
    ct status dnat masquerade
  }
}
`;
      const loaded = await node.exec([...enter, 'nft', '-f', '-'], { input: script });
      const own = name === INGRESS ? [] : virtualAddresses(topology, name.slice('lb_'.length));
      const lines = ['echo 1 > /proc/sys/net/ipv4/ip_forward', ...own.map((one) => `ip addr replace ${one}/32 dev lo`)];
      const forwards = await node.exec([...enter, 'sh', '-ec', lines.join('\n')]);
      if (loaded.code !== 0 || forwards.code !== 0) {
        throw new Error(`No balancer in ${name} of ${node.name}: ${loaded.stderr}${forwards.stderr}\n${script}`);
      }
    }
  }
}

/** The machine's rules in front of the mesh, as the engine writes them. */
async function redirect(node: SwarmNode, topology: Topology): Promise<void> {
  const inside = ['nsenter', `--net=/run/docker/netns/${INGRESS}`, '--'];
  const { stdout } = await node.exec([...inside, 'ip', '-4', '-o', 'addr', 'show', 'eth1']);
  const entry = /inet ([0-9.]+)/.exec(stdout)?.[1] ?? '';
  const ports = topology.endpoints.filter(isService).flatMap(({ publishedPorts }) => publishedPorts);
  const lines = ports
    .filter(({ mode }) => mode === 'ingress')
    .flatMap(({ protocol, hostPort }) => [
      `iptables -t nat -I DOCKER-INGRESS -p ${protocol} --dport ${String(hostPort)} -j DNAT --to-destination ${entry}:${String(hostPort)}`,
      `iptables -I DOCKER-INGRESS -p ${protocol} --dport ${String(hostPort)} -j ACCEPT`,
      `iptables -I DOCKER-INGRESS -p ${protocol} --sport ${String(hostPort)} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    ]);
  const script = `iptables -t nat -N DOCKER-INGRESS 2>/dev/null || iptables -t nat -F DOCKER-INGRESS
iptables -N DOCKER-INGRESS 2>/dev/null || iptables -F DOCKER-INGRESS
for chain in PREROUTING OUTPUT; do
  iptables -t nat -C $chain -m addrtype --dst-type LOCAL -j DOCKER-INGRESS 2>/dev/null || iptables -t nat -I $chain -m addrtype --dst-type LOCAL -j DOCKER-INGRESS
done
iptables -C FORWARD -j DOCKER-INGRESS 2>/dev/null || iptables -I FORWARD -j DOCKER-INGRESS
iptables -t nat -C POSTROUTING -o docker_gwbridge -m addrtype --src-type LOCAL -j MASQUERADE 2>/dev/null || iptables -t nat -I POSTROUTING -o docker_gwbridge -m addrtype --src-type LOCAL -j MASQUERADE
echo 1 > /proc/sys/net/ipv4/conf/docker_gwbridge/route_localnet
${lines.join('\n')}`;
  const { code, stderr } = await node.exec(['sh', '-ec', script]);
  if (code !== 0) throw new Error(`No routing mesh on ${node.name}: ${stderr}`);
}

function virtualAddresses({ endpoints }: Topology, networkId: string): readonly string[] {
  return endpoints
    .filter(isService)
    .flatMap((service) => service.virtualAddresses)
    .filter((one) => one.networkId.startsWith(networkId) && isIpv4(one.address))
    .map(({ address }) => address);
}

function meshRules({ endpoints, networks }: Topology): readonly string[] {
  const ingress = networks.find((one) => one.ingress)?.id ?? '';
  return endpoints.filter(isService).flatMap((service) => {
    const target = oneOf(addressesOn(service, ingress));
    return service.publishedPorts
      .filter(({ mode }) => mode === 'ingress' && target !== null)
      .map(({ protocol, hostPort }) => `    ${protocol} dport ${String(hostPort)} dnat to ${target ?? ''}`);
  });
}

/** The engine names the namespace by the beginning of the network's id. */
function addressRules({ endpoints, networks }: Topology, networkId: string, nodeId: string): readonly string[] {
  return endpoints.filter(isService).flatMap((service) => {
    const own = service.virtualAddresses.find((one) => one.networkId.startsWith(networkId) && isIpv4(one.address));
    // Where there is no IPVS there is no ESP, without which encrypted networks end at the node.
    const isHere = networks.some(({ id, encrypted }) => id === own?.networkId && encrypted === true);
    const tasks = { ...service, tasks: service.tasks.filter((one) => !isHere || one.nodeId === nodeId) };
    const target = own ? oneOf(addressesOn(tasks, own.networkId)) : null;
    return own && target !== null ? [`    ip daddr ${own.address} meta l4proto { tcp, udp } dnat to ${target}`] : [];
  });
}

function addressesOn(service: Parameters<typeof runningTasks>[0], networkId: string): readonly string[] {
  return runningTasks(service).flatMap(({ addresses }) =>
    addresses.filter((one) => one.networkId === networkId && isIpv4(one.address)).map(({ address }) => address),
  );
}

function isIpv4(address: string): boolean {
  return !address.includes(':');
}

/** In turn, as the engine's own does. */
function oneOf(addresses: readonly string[]): string | null {
  if (addresses.length <= 1) return addresses[0] ?? null;
  const numbered = addresses.map((address, index) => `${String(index)} : ${address}`).join(', ');
  return `numgen inc mod ${String(addresses.length)} map { ${numbered} }`;
}
