/** Changes of networks and links on the demo's world, as a real engine would make them. */
import { BulkheadError } from '../../../shared/errors.ts';
import { holdsSocket } from '../../../shared/reachability/engine-socket.ts';
import type { Former } from '../../../shared/contract/journal.ts';
import type { RebuildActions, RemovedLink } from '../driver.ts';
import type { DemoContainer, DemoNetwork, DemoWorld, Described } from './world.ts';

/** @param changed called after each change. */
export function createDemoRebuild(world: DemoWorld, changed: () => void): RebuildActions {
  const network = (id: string): DemoNetwork => {
    const found = world.networks.find((one) => one.id === id || one.name === id);
    if (found) return found;
    throw refusal('NOT_FOUND', 'That network is no longer there.');
  };
  const members = ({ name }: DemoNetwork): readonly string[] =>
    [...world.containers.values()].flatMap(({ described }) => described.networks[name] ?? []);
  /** What throws, rejects. */
  const act = <T>(work: () => T): Promise<T> =>
    Promise.resolve().then(() => {
      const answer = work();
      changed();
      return answer;
    });

  const makeNetwork = (name: string, internal: boolean): string => {
    if (world.networks.some((one) => one.name === name)) throw refusal('ENGINE_REFUSED', `There is a ${name}.`);
    const base = freeSubnet(world.networks);
    const id = world.freshId();
    world.networks.push({ id, name, internal, project: '', subnet: `${base}.0.0/16`, gateway: `${base}.0.1` });
    return id;
  };
  /** In its own place, under its own name; runs if it did.  @returns the new id */
  const makeAnew = (id: string, changes: Partial<Described>, from = world.find(id).described): string => {
    const old = world.find(id);
    const fresh = world.freshId();
    const container: DemoContainer = {
      ...old,
      id: fresh,
      described: { ...from, ...changes },
      state: 'exited',
      pid: 0,
    };
    world.containers.delete(old.id);
    world.containers.set(fresh, container);
    world.setState(container, old.state);
    return fresh;
  };

  return {
    createNetworkLike: (like, name) => act(() => makeNetwork(name, network(like).internal)),
    createNetwork: (name) => act(() => makeNetwork(name, false)),
    connect: (id, container, settings) =>
      act(() => {
        const joined = network(id);
        const { described } = world.find(container);
        if (described.networks[joined.name] !== undefined) {
          throw refusal('ENGINE_REFUSED', `${described.name} is on ${joined.name} already.`);
        }
        const taken = new Set([joined.gateway, ...members(joined)]);
        const asked = settings['address'];
        described.networks[joined.name] =
          typeof asked === 'string' && !taken.has(asked) ? asked : freeAddress(joined, taken);
      }),
    disconnect: async (id, container, former) => {
      const { name } = network(id);
      const { described } = world.find(container);
      const address = described.networks[name];
      if (address === undefined) throw refusal('ENGINE_REFUSED', `${described.name} is not on ${name}.`);
      await former?.({ address });
      return act(() => {
        described.networks = Object.fromEntries(Object.entries(described.networks).filter(([other]) => other !== name));
        return { address };
      });
    },
    removeNetwork: (id) =>
      act(() => {
        const gone = network(id);
        if (members(gone).length > 0) throw refusal('ENGINE_REFUSED', `${gone.name} is in use.`);
        world.networks.splice(world.networks.indexOf(gone), 1);
      }),
    // The demo's containers have no layer of their own to lose.
    obstacleToRecreate: () => Promise.resolve(null),
    recreate: async (id, { without, links }, keeping) => {
      const { described } = world.find(id);
      const away = described.links.filter(({ target }) => without.includes(target));
      const kept = described.links.filter(({ target }) => !without.includes(target));
      const removed = away.map(({ target, alias }) => ({ network: '', text: `${target}:${alias}` }));
      await keeping?.former?.(removed);
      return act(() => ({ id: makeAnew(id, { links: [...kept, ...links.map(linkOf)] }), removed }));
    },
    recreateWithout: async (id, { power, network: own, publish }, keeping) => {
      const { described } = world.find(id);
      const keep = async (former: Former, make: () => string): Promise<Former> => {
        await keeping?.former?.(former);
        await act(make);
        return former;
      };
      switch (power) {
        case 'engine-socket': {
          const items = described.mounts.flatMap((item, at) =>
            holdsSocket(item) ? [{ list: 'mounts', at, item }] : [],
          );
          const mounts = described.mounts.filter((path) => !holdsSocket(path));
          return keep({ config: {}, host: {}, items }, () => makeAnew(id, { mounts }));
        }
        case 'privileged':
          return keep({ config: {}, host: { privileged: true }, items: [] }, () => makeAnew(id, { privileged: false }));
        case 'host-network': {
          const ports = publish.map((text) => Number(text.split('/')[1]));
          const published = ports.map((port) => ({ address: '0.0.0.0', hostPort: port, port }));
          const { networkMode: _machines, ...rest } = described;
          const networks = { [own]: world.freeAddress(own) };
          const host = { networkMode: 'host', published: described.published };
          return keep({ config: {}, host, items: [] }, () => makeAnew(id, { networks, published }, rest));
        }
        default:
          throw refusal('ENGINE_REFUSED', `${described.name} was not given that.`);
      }
    },
    giveBack: (id, { host, items }) =>
      act(() => {
        const { described } = world.find(id);
        const mounts = items.reduce<readonly string[]>(
          (now, { at, item }) => [...now.slice(0, at), String(item), ...now.slice(at)],
          described.mounts,
        );
        makeAnew(id, {
          mounts: [...mounts],
          ...(host['privileged'] === true ? { privileged: true } : {}),
          ...(host['networkMode'] === 'host'
            ? { networkMode: 'host', networks: {}, published: host['published'] as Described['published'] }
            : {}),
        });
      }),
  };
}

function linkOf({ text }: RemovedLink): { target: string; alias: string } {
  const [target = '', alias = target] = text.split(':');
  return { target, alias };
}

/** `172.21`: the first of Docker's ranges that no network has. */
function freeSubnet(networks: readonly DemoNetwork[]): string {
  for (let second = 17; second < 256; second += 1) {
    const base = `172.${second}`;
    if (!networks.some(({ subnet }) => subnet.startsWith(`${base}.`))) return base;
  }
  throw refusal('ENGINE_REFUSED', 'There is no free subnet.');
}

function freeAddress({ subnet }: DemoNetwork, taken: ReadonlySet<string>): string {
  const base = subnet.split('.').slice(0, 2).join('.');
  for (let last = 2; last < 255; last += 1) {
    const address = `${base}.0.${last}`;
    if (!taken.has(address)) return address;
  }
  throw refusal('ENGINE_REFUSED', 'There is no free address.');
}

function refusal(code: 'NOT_FOUND' | 'ENGINE_REFUSED', message: string): BulkheadError {
  return new BulkheadError({ code, message, hint: '' });
}
