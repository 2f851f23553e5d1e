/** How long packets go on after the click that stops them: from the page's call to the last one that arrives. */
import type { Change } from '../../shared/contract/schemas.ts';
import type { GuardWorld } from './guard-world.ts';
import { rowOf, type Row } from './row.ts';
import { monotonic, openTraffic, type Kind, type Traffic } from './traffic.ts';

const CLICKS = 100;
const CLICKS_BY_HAND = 30;
/** The first ones start the helper, and find everything cold. */
const WARM_UPS = 3;
const MEDIAN_MS = 50;
const P99_MS = 150;

const KINDS: readonly Kind[] = ['udp', 'tcp'];

export async function clickRows(world: GuardWorld): Promise<Row[]> {
  const { from, to } = world.pair;
  const traffic = await openTraffic(world.engine, from, to);
  const times: Record<Kind, number[]> = { udp: [], tcp: [] };
  const bare: Record<Kind, number[]> = { udp: [], tcp: [] };
  try {
    // Not in turn: a table that somebody loads by hand is read by the app, which would meet the next click.
    for (let click = 0; click < CLICKS_BY_HAND; click += 1) {
      const stopped = await blockByHand(world, traffic);
      for (const kind of KINDS) bare[kind].push(stopped[kind]);
    }
    for (let click = 0; click < WARM_UPS + CLICKS; click += 1) {
      const stopped = await block(world, traffic);
      for (const kind of KINDS) if (click >= WARM_UPS) times[kind].push(stopped[kind]);
    }
  } finally {
    await traffic.close();
  }
  return KINDS.map((kind) =>
    rowOf({
      name: `click to the last packet, ${kind === 'udp' ? 'UDP' : 'an open TCP connection'}, ${world.containers.length} containers run`,
      measured: times[kind],
      baseline: bare[kind],
      baselineName: 'nsenter … nft add rule … drop, by hand',
      limits: { median: { atMost: MEDIAN_MS }, p99: { atMost: P99_MS } },
    }),
  );
}

/** A fresh connection and datagrams, and both arrive: what is to stop must have been there. */
async function flowing(traffic: Traffic): Promise<void> {
  const since = monotonic();
  traffic.connection('open');
  await Promise.all(KINDS.map((kind) => traffic.until(kind, 'flowing', kind === 'tcp' ? since : 0)));
}

async function block(world: GuardWorld, traffic: Traffic): Promise<Record<Kind, number>> {
  await flowing(traffic);
  const clickedAt = monotonic();
  const applied = apply(world, 'block');
  const [udp, tcp] = await Promise.all(KINDS.map((kind) => traffic.until(kind, 'stopped', clickedAt)));
  await applied;
  if (KINDS.some((kind) => traffic.flows(kind))) throw new Error('Packets came back although the pair is blocked.');
  traffic.connection('drop');
  await apply(world, 'allow');
  return { udp: (udp ?? NaN) - clickedAt, tcp: (tcp ?? NaN) - clickedAt };
}

async function apply(world: GuardWorld, action: 'block' | 'allow'): Promise<void> {
  const { from, to } = world.pair;
  const change: Change = { action, from: from.id, to: to.id };
  for await (const event of await world.client.policy.apply(change)) {
    if (event.kind === 'done' && !event.holds) throw new Error(`${action}: ${JSON.stringify(event)}`);
  }
}

/** The least there is to do: one rule, in the namespace of one of the two. */
async function blockByHand({ engine, pair }: GuardWorld, traffic: Traffic): Promise<Record<Kind, number>> {
  await flowing(traffic);
  const nft = async (script: string): Promise<void> => {
    const argv = ['nsenter', '-t', String(pair.to.pid), '-n', 'nft', '-f', '-'];
    const { code, stderr } = await engine.exec(argv, { input: script });
    if (code !== 0) throw new Error(stderr);
  };
  const startedAt = monotonic();
  const rule = `ip saddr ${pair.from.address} drop`;
  const done = nft(`table ip byhand { chain input { type filter hook input priority 0; ${rule}; }; }`);
  const [udp, tcp] = await Promise.all(KINDS.map((kind) => traffic.until(kind, 'stopped', startedAt)));
  await done;
  traffic.connection('drop');
  await nft('delete table ip byhand');
  return { udp: (udp ?? NaN) - startedAt, tcp: (tcp ?? NaN) - startedAt };
}
