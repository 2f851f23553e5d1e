import { afterEach, expect, it, vi } from 'vitest';
import { parseSave } from '../../../shared/firewall/parse-save.ts';
import { iptables, sketch } from '../../../shared/reachability/fixtures.ts';
import type { Firewall } from '../../../shared/topology/firewall.ts';
import type { Topology } from '../../../shared/topology/model.ts';
import type { FilterReading, Place } from '../driver.ts';
import { followFilters, type FilterFollower } from './follow-filters.ts';

const firewall = (text: string, legacy = false): Firewall => ({
  chains: parseSave({ family: 'ip', legacy, text }).flatMap(({ chains }) => chains),
  unread: [],
});
const DROP = firewall(iptables('-A INPUT -j DROP'));
const EMPTY = firewall(iptables());

/** A wire whose rules are what `rules` says, with what was asked of it. */
function world(): {
  topology: Topology;
  readonly rules: Map<string, Firewall>;
  readonly reads: string[][];
  readonly watched: string[][];
  tell(...places: string[]): void;
  changes: number;
  readonly follower: FilterFollower;
} {
  let listener: (places: readonly string[]) => void = () => undefined;
  const made = {
    topology: sketch({ containers: { web: 'front', db: 'back', agent: 'host', old: { on: 'back', state: 'exited' } } }),
    rules: new Map<string, Firewall>([['host', EMPTY]]),
    reads: [] as string[][],
    watched: [] as string[][],
    tell: (...places: string[]) => listener(places),
    changes: 0,
  };
  const names = (places: readonly Place[]): string[] => places.map(({ place }) => place);
  const follower = followFilters({
    wire: {
      filters: (places): Promise<FilterReading> => {
        made.reads.push(names(places));
        const firewalls = new Map([...made.rules].filter(([name]) => names(places).includes(name)));
        return Promise.resolve({ firewalls, outside: ['eth0'], bridged4: false, bridged6: false });
      },
      watchFilters: (places, onChange) => {
        made.watched.push(names(places));
        listener = onChange;
        return Promise.resolve();
      },
    },
    topology: () => made.topology,
    onChange: () => (made.changes += 1),
  });
  return Object.assign(made, { follower });
}

let open: FilterFollower[] = [];
afterEach(() => {
  for (const follower of open) follower.close();
  open = [];
});

async function started(): Promise<ReturnType<typeof world>> {
  const made = world();
  open.push(made.follower);
  expect(made.follower.facts()).toBeNull();
  await made.follower.refresh();
  return made;
}

it('reads the machine and every running container with a stack of its own, and listens to the same', async () => {
  const made = await started();
  expect(made.reads).toEqual([['host', 'db', 'web']]);
  expect(made.watched).toEqual([['host', 'db', 'web']]);
  expect(made.follower.facts()).toEqual({
    host: { chains: [], unread: [] },
    containers: {},
    outside: ['eth0'],
    bridged4: false,
    bridged6: false,
  });
});

it('keeps what is foreign, and nothing else', async () => {
  const made = await started();
  made.rules.set('web', DROP).set('db', EMPTY);
  await made.follower.refresh();
  expect(made.follower.facts()).toMatchObject({ host: EMPTY, containers: { web: DROP } });
  expect(Object.keys(made.follower.facts()?.containers ?? {})).toEqual(['web']);
});

it('reads again only where rules have changed', async () => {
  const made = await started();
  made.rules.set('host', DROP);
  made.tell('host');
  await vi.waitFor(() => expect(made.follower.facts()?.host).toEqual(DROP));
  expect(made.reads.slice(1)).toEqual([['host']]);
  expect(made.changes).toBe(2);
});

it('reads a container that was started again, forgets what was in the old one, and listens to the new one', async () => {
  const made = await started();
  made.rules.set('web', DROP);
  await made.follower.refresh();
  made.rules.delete('web');
  made.topology = {
    ...made.topology,
    endpoints: made.topology.endpoints.map((one) => (one.id === 'web' ? { ...one, pid: 2000 } : one)),
  };
  expect(made.follower.facts()?.containers).toEqual({});
  made.follower.update();
  await vi.waitFor(() => expect(made.reads.at(-1)).toEqual(['web']));
  expect(made.watched).toHaveLength(2);
});

it('does nothing for news that change no namespace, except where legacy iptables tell nothing', async () => {
  const made = await started();
  made.follower.update();
  made.rules.set('host', firewall(iptables('-A INPUT -j DROP'), true));
  await made.follower.refresh();
  expect(made.reads).toHaveLength(2);
  made.follower.update();
  await vi.waitFor(() => expect(made.reads.slice(2)).toEqual([['host']]));
});

it('keeps what it saw when a reading fails', async () => {
  const made = await started();
  made.rules.set('host', DROP);
  await made.follower.refresh();
  made.rules.clear();
  await made.follower.refresh();
  expect(made.follower.facts()?.host).toEqual(DROP);
});

it('takes rules about a bridge that has gone since for no other software’s', async () => {
  const made = await started();
  made.rules.set('host', firewall(iptables('-A FORWARD -i br-front ! -o br-front -j ACCEPT')));
  await made.follower.refresh();
  made.topology = { ...made.topology, networks: made.topology.networks.filter(({ name }) => name !== 'front') };
  expect(made.follower.facts()?.host).toEqual({ chains: [], unread: [] });
});
