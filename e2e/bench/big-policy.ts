/** How long a large policy takes from its file to every namespace. */
import { EMPTY_POLICY, type Policy, type PolicyRule } from '../../shared/policy/model.ts';
import type { GuardWorld, Running } from './guard-world.ts';
import { rowOf, timed, type Row } from './row.ts';

const RULES = 1000;
const ROUNDS = 5;
const LIMIT_MS = 2000;

/** The pairs walk through all of them; every fourth rule is about some ports. */
export function bigPolicy(containers: readonly Running[], count: number): Policy {
  const size = containers.length;
  const rules = Array.from({ length: count }, (_, at): PolicyRule => {
    const from = containers[at % size];
    const to = containers[(at + 1 + Math.floor(at / size)) % size];
    const ports = at % 4 === 0 ? { ports: ['tcp/5432', 'udp/53'] } : {};
    return { from: `container:${from?.name ?? ''}`, to: `container:${to?.name ?? ''}`, action: 'deny', ...ports };
  });
  return { ...EMPTY_POLICY, rules };
}

export async function bigPolicyRows(world: GuardWorld): Promise<Row[]> {
  const policy = bigPolicy(world.containers, RULES);
  const measured: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ms = await timed(() => world.hold(policy, RULES));
    // The first one may have to start the helper.
    if (round > 0) measured.push(ms);
    if (round < ROUNDS) await world.empty();
  }
  const byHand = await loadedByHand(world);
  await world.empty();
  return [
    rowOf({
      name: `${RULES} rules written to the policy file, until ${world.containers.length} containers hold them`,
      measured,
      baseline: byHand,
      baselineName: 'the same tables, nsenter … nft -f one after the other',
      limits: { median: { atMost: LIMIT_MS } },
    }),
  ];
}

/** Tables as they are there now, loaded once more under another name. */
async function loadedByHand({ engine, containers }: GuardWorld): Promise<readonly number[]> {
  const folder = '/run/bulkhead-bench';
  const places = containers.map(({ pid }) => ({ enter: `nsenter -t ${pid} -n `, file: `${folder}/${pid}` }));
  places.unshift({ enter: '', file: `${folder}/host` });
  const run = async (lines: readonly string[]): Promise<void> => {
    const { code, stderr } = await engine.exec(['sh', '-e'], { input: lines.join('\n') });
    if (code !== 0) throw new Error(stderr);
  };
  const name = `nft list tables inet | sed -n 's/^table inet \\(bulkhead[_0-9a-f]*\\)$/\\1/p'`;
  const rename = 's/^table inet bulkhead[_0-9a-f]* /table inet byhand /; s/counter packets .* bytes [0-9]* //';
  await run([
    `mkdir -p ${folder}`,
    ...places.map(({ enter, file }) => `${enter}nft list table inet $(${enter}${name}) | sed '${rename}' > ${file}`),
  ]);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(await timed(() => run(places.map(({ enter, file }) => `${enter}nft -f ${file}`))));
    await run(places.map(({ enter }) => `${enter}nft delete table inet byhand`));
  }
  await run([`rm -r ${folder}`]);
  return times;
}
