/**
 * Two containers of Podman (rootful, netavark), each on networks of its own (SPEC R870–R879).
 *
 * Podman drops packets between two networks only if both have its option `isolate`, and its API is no witness of that:
 * version 4.3 forgets the option, in the running service, as soon as a client lists networks in Docker's way; networks
 * joined later are not separated any more.  So nothing is claimed there.
 */
import { addressOf, gatewaysOf, type Family, type Leg, type Net } from './network.ts';
import { machineAddresses } from './machine-addresses.ts';
import type { Binding, Scene, Stack } from './scene.ts';
import { DATAGRAMS, type Sink } from './sink.ts';

const FAMILIES: readonly Family[] = [4, 6];

/** R111, R112, R870: an address of `to` on a network the sender is not on. */
export function judgePodmanForeign(from: Stack, { net, ...leg }: Leg, sink: Sink): void {
  for (const family of FAMILIES) {
    const address = addressOf({ net, ...leg }, family);
    if (address === null) continue;
    if (outward(from, family).length === 0) sink.way('blocked', 'R111', 'bridge', net, address, null);
    else if (net.internal && family === 4) {
      // No answer has a way back, but what needs none arrives.
      sink.way('unknown', 'R870', 'bridge', net, address, [DATAGRAMS]);
      sink.way('blocked', 'R112', 'bridge', net, address, null);
    } else sink.way('unknown', 'R870', 'bridge', net, address, null);
  }
}

/** The networks through which a stack can get out, or be published. */
function outward(stack: Stack, family: Family): readonly Net[] {
  return stack.legs
    .filter((leg) => leg.net.kind === 'bridge' && !leg.net.internal && addressOf(leg, family) !== null)
    .map(({ net }) => net);
}

/** R871–R873: published ports, at gateways and addresses of the machine. */
export function judgePodmanPublished(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  for (const binding of to.bindings) {
    const { family, address, reach } = binding;
    const serving = outward(to, family);
    if (serving.length === 0) continue;
    if (reach === 'loopback') sink.way('blocked', 'R203', 'published', null, address, binding.ports);
    else if (reach === 'one') judgeAt(from, serving, binding, address, sink);
    else {
      const named = !bindsBoth(to);
      const gateways = [...from.legs, ...to.legs].flatMap(({ net }) => gatewaysOf(net, family));
      for (const one of new Set(gateways)) judgeAt(from, serving, binding, one, sink, { named });
      for (const { address: one, far } of machineAddresses(scene, family, from, to)) {
        judgeAt(from, serving, binding, one, sink, { named, far });
      }
    }
  }
}

/**
 * Whether what is published everywhere is so in both families, as it is where no address was named.  One that names
 * `0.0.0.0` or `::` is, with netavark 1.4, redirected at that very address only: nowhere.
 */
export function bindsBoth({ bindings }: Stack): boolean {
  return FAMILIES.every((family) => bindings.some((one) => one.reach === 'any' && one.family === family));
}

function judgeAt(
  from: Stack,
  serving: readonly Net[],
  { family, ports }: Binding,
  address: string,
  sink: Sink,
  { named = false, far = false } = {},
): void {
  const way = (verdict: 'open' | 'blocked' | 'unknown', rule: Parameters<Sink['way']>[1]): void =>
    sink.way(verdict, rule, 'published', null, address, ports, far);
  const [only] = from.legs;
  const alone = from.legs.length === 1 && only && serving.length === 1;
  if (outward(from, family).length === 0 && !from.legs.some(({ net }) => gatewaysOf(net, family).includes(address))) {
    if (from.legs.some((leg) => addressOf(leg, family) !== null)) way('blocked', 'R204');
  } else if (named) way('unknown', 'R873');
  else if (!alone) way('unknown', 'R870');
  else if (only.net === serving[0]) way('open', 'R871');
  // Over IPv6 it got through.
  else if (only.net.internal && family === 4) way('blocked', 'R205');
  else way('unknown', 'R870');
}
