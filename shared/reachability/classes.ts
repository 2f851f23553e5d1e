/** Which stacks every rule for strangers treats alike, so that one pair of each two classes is judged for all. */
import type { Exit } from './exits.ts';
import { foreignKeys } from './foreign/class-key.ts';
import type { Leg, Net } from './network.ts';
import type { Scene, Stack } from './scene.ts';

/**
 * Groups stacks that every rule for strangers treats alike.  -1: judged pair by pair, because a published port is
 * bound to one gateway, or who joined whom counts.
 */
export function classify(scene: Scene): { readonly classOf: Int32Array; readonly count: number } {
  const { stacks, gateways, traits, services } = scene;
  const foreignKey = foreignKeys(scene);
  const classOf = new Int32Array(stacks.length).fill(-1);
  const known = new Map<string, number>();
  for (const stack of stacks) {
    const service = services.of(stack);
    const tasks = service?.local ?? [stack];
    const lone = ({ kind, bindings }: Stack): boolean =>
      kind === 'stranded' || bindings.some(({ address }) => gateways.has(address));
    if (tasks.some(lone)) continue;
    const filtered = foreignKey(stack);
    if (filtered === null) continue;
    // Each service is a class of its own; what the mesh publishes of a task adds to what its stack decides, and whose
    // service is not told may publish anything (R849).
    const behind = services.behind(stack);
    const mesh = behind ? (behind.ingress.length > 0 ? ' mesh' : ' task') : '';
    const key = service ? `service ${String(stack.index)}` : keyOf(stack, traits.podman) + mesh + filtered;
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = known.size));
    classOf[stack.index] = number;
  }
  return { classOf, count: known.size };
}

const keys = new WeakMap<Stack['content'], string>();

/** As `classKey`, kept as long as the stack stays what it is. */
function keyOf(stack: Stack, podman: boolean): string {
  const known = keys.get(stack.content);
  if (known !== undefined) return known;
  const key = classKey(stack, podman);
  keys.set(stack.content, key);
  return key;
}

function classKey({ kind, legs, bindings, routed, serve4, serve6, exit4, exit6 }: Stack, podman: boolean): string {
  // Podman's rules count networks.
  const traits = (podman ? legs.map(legKey) : [...new Set(legs.map(legKey))]).sort();
  const published = [...new Set(bindings.map(({ reach, family }) => `${reach}${String(family)}`))].sort();
  const open = [4, 6].flatMap((family) =>
    ['tcp', 'udp', 'sctp'].map((protocol) =>
      Number(routed.some((port) => port.family === family && port.protocol === protocol)),
    ),
  );
  const ways = [serve4, serve6].map((net) => (net ? netKey(net) : '-'));
  return [kind, ...ways, exitKey(exit4), exitKey(exit6), ...open, ...published, '|', ...traits].join(' ');
}

function exitKey({ kind, net, rule }: Exit): string {
  return `${kind}${rule ?? ''}${net ? netKey(net) : ''}`;
}

function legKey({ net, v4, v6 }: Leg): string {
  return [netKey(net), Number(v4 !== null), Number(v6 !== null)].join('');
}

function netKey(net: Net): string {
  const { kind, internal, masquerade, mode4, mode6, trustsOutside, gateways4, gateways6, isGatewayBridge } = net;
  // Of macvlan and ipvlan, parent and subnet count, which are each network's own.
  if (kind === 'lan') return `lan${String(net.index)}`;
  const facts = [internal, masquerade, trustsOutside, isGatewayBridge].map(Number).join('');
  return [kind, facts, mode4, mode6, Math.sign(gateways4.length), Math.sign(gateways6.length)].join('.');
}
