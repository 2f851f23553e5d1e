/** What other software's firewall does to the matrix. */
import type { DoctorFinding } from '../../shared/contract/schemas.ts';
import { bridgesOf, hasForeign } from '../../shared/firewall/own.ts';
import { explain } from '../../shared/reachability/index.ts';
import type { Topology } from '../../shared/topology/model.ts';

/** Cells looked at; a doctor need not know every one of a huge matrix. */
const CELLS = 20_000;
/** Rules named. */
const NAMED = 12;

/** How each rule of SPEC R82x reads behind a count of pairs. */
const EFFECTS: Readonly<Record<string, string>> = {
  R820: 'stops',
  R821: 'opens',
  R822: 'leaves unknown',
  R823: 'stops',
  R824: 'leaves unknown',
  R827: 'leaves unknown',
  R828: 'leaves unknown',
};

const ID = 'firewall';
const TITLE = 'Firewall rules of other software';

/** The topology as it is with the wire open. */
export function firewallFinding(topology: Topology): DoctorFinding {
  const { firewall } = topology.engine;
  if (!firewall) {
    const detail = 'They could not be read, so verdicts are as if there were none.';
    return { id: ID, level: 'warn', title: TITLE, detail, hint: '' };
  }
  const effects = effectsOf(topology);
  if (effects.length > 0) {
    const lines = effects.slice(0, NAMED).map(({ text, effect, pairs }) => `${effect} ${pairs}: ${text}`);
    const more = effects.length > NAMED ? ` … and ${effects.length - NAMED} more.` : '';
    return {
      id: ID,
      level: effects.some(({ effect }) => effect.startsWith('leaves')) ? 'warn' : 'info',
      title: TITLE,
      detail: `Pairs of endpoints they change: ${lines.join('; ')}${more}`,
      hint: 'Bulkhead never edits them. "bulkhead explain FROM TO" tells which rule decides a pair.',
    };
  }
  const bridges = bridgesOf(topology.networks);
  const present = [firewall.host, ...Object.values(firewall.containers)].some((one) => hasForeign(one, bridges));
  const detail = present ? 'There are some, and they change no pair.' : 'There are none.';
  return { id: ID, level: 'ok', title: TITLE, detail, hint: '' };
}

interface Effect {
  readonly text: string;
  readonly effect: string;
  readonly pairs: number;
}

/** Each rule with the pairs in whose reasons it is, most pairs first. */
function effectsOf(topology: Topology): readonly Effect[] {
  const found = new Map<string, Effect>();
  const ids = topology.endpoints.map(({ id }) => id);
  const rows = ids.slice(0, Math.max(1, Math.floor(CELLS / Math.max(1, ids.length))));
  for (const from of rows) {
    for (const to of ids) {
      const here = new Set<string>();
      for (const { rule, params } of explain(topology, [], from, to).reasons) {
        const effect = EFFECTS[rule];
        const text = params['filter'] ?? '';
        const key = `${effect ?? ''} ${text}`;
        if (effect === undefined || here.has(key)) continue;
        here.add(key);
        found.set(key, { text, effect, pairs: (found.get(key)?.pairs ?? 0) + 1 });
      }
    }
  }
  return [...found.values()].sort((a, b) => b.pairs - a.pairs);
}
