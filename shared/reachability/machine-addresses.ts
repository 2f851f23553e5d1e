/** Which addresses of the machine stand for all of them. */
import { lanLegTo } from './judge-lan-drivers.ts';
import { addressesOf, familyOf, gatewaysOf, type Family } from './network.ts';
import type { Scene, Stack } from './scene.ts';

/** One of the machine's addresses beside the gateways of a pair's own networks. */
interface MachineAddress {
  readonly address: string;
  /** It stands for every other one of its family that is not named. */
  readonly far: boolean;
}

/**
 * The machine's own addresses where they are known.  They stand for its further ones, but for those that are next door
 * to a sender on macvlan or ipvlan whose way to all others is another; where none does, the gateway of any other network does.
 */
export function machineAddresses(scene: Scene, family: Family, from: Stack, to: Stack): readonly MachineAddress[] {
  const own = addressesOf(scene.traits, family);
  const exit = family === 4 ? from.exit4 : from.exit6;
  const nextDoor = (address: string): boolean => exit.kind !== 'lan' && lanLegTo(from, family, address) !== undefined;
  const named = own.map((address) => ({ address, far: !nextDoor(address) }));
  if (named.some(({ far }) => far)) return named;
  const other = gatewayOfOthers(scene, family, from, to, nextDoor);
  return other === null ? named : [...named, { address: other, far: true }];
}

/** The engine does not tell every gateway: what was seen on the machine's interfaces comes second. */
function gatewayOfOthers(
  { gateways, traits }: Scene,
  family: Family,
  from: Stack,
  to: Stack,
  nextDoor: (address: string) => boolean,
): string | null {
  const own = addressesOf(traits, family);
  const seen = own.length === 0 ? [] : Object.values(traits.interfaces ?? {}).flat();
  const isOther = (address: string): boolean =>
    familyOf(address) === family &&
    !own.includes(address) &&
    !isGatewayOf(from, family, address) &&
    !isGatewayOf(to, family, address) &&
    !nextDoor(address);
  for (const gateway of gateways) if (isOther(gateway)) return gateway;
  return seen.find(isOther) ?? null;
}

function isGatewayOf({ legs }: Stack, family: Family, address: string): boolean {
  return legs.some(({ net }) => gatewaysOf(net, family).includes(address));
}
