/** What changed between two exports, written: as lines like those of a patch, and as JSON. */
import { plain } from '../policy/selector.ts';
import type { Verdict } from '../reachability/model.ts';
import type { Changed, Changes, NetworkFacts } from './changed.ts';
import { wordsOf } from './matched-edges.ts';
import type { RecordedEdge } from './recorded.ts';

export const CHANGES_VERSION = 1;

/**
 * As data, in the shape of docs/schemas/changes.v1.json.
 *
 * @param notes what is good to know about the two, a sentence each
 */
export function changesJson({ endpoints, networks, edges, pairs }: Changes, notes: readonly string[]): string {
  const answer = {
    version: CHANGES_VERSION,
    notes,
    endpoints,
    networks,
    edges: {
      came: edges.came.map(edgeJson),
      went: edges.went.map(edgeJson),
      changed: edges.changed.map(({ before, after }) => ({ before: edgeJson(before), after: edgeJson(after) })),
    },
    pairs,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

/** As exports have it. */
function edgeJson({ kind, what, from, to, both, cut, label }: RecordedEdge): object {
  return { layer: kind, what, from, to, both, ...(cut === undefined ? {} : { cut }), label };
}

const OPENNESS: Readonly<Record<Verdict, number>> = { blocked: 0, unknown: 1, partial: 2, open: 3 };

/** As a patch is read: `+` came, `-` went, `~` is another now, `>` opens, `<` closes.  Empty where nothing changed. */
export function changesText({ endpoints, networks, edges, pairs }: Changes): string {
  const lines = [
    ...endpoints.went.map((key) => `- ${key}`),
    ...endpoints.came.map((key) => `+ ${key}`),
    ...endpoints.state.map(({ key, before, after }) => `~ ${key}: ${before} → ${after}`),
    ...endpoints.image.map(({ key, before, after }) => `~ ${key}: image ${before || '–'} → ${after || '–'}`),
    ...movesText('', 'published ', endpoints.published),
    ...movesText('', 'mark ', endpoints.marks),
    ...networks.went.map((key) => `- network ${key}`),
    ...networks.came.map((key) => `+ network ${key}`),
    ...networks.facts.flatMap(factsText),
    ...movesText('network ', '', networks.members),
    ...edges.went.map((edge) => `- ${edgeText(edge)}`),
    ...edges.came.map((edge) => `+ ${edgeText(edge)}`),
    ...edges.changed.map(
      ({ before, after }) => `~ ${endsText(after)}: ${wordsOf(before, after)} → ${wordsOf(after, before)}`,
    ),
    ...pairs.map(
      ({ from, to, before, after }) =>
        `${OPENNESS[after] > OPENNESS[before] ? '>' : '<'} ${from} → ${to}: ${before} → ${after}`,
    ),
  ];
  return lines.map((line) => `${plain(line)}\n`).join('');
}

/** Names of ours (host mode, no network) begin with a space, which is for telling them apart alone. */
function movesText(kind: string, what: string, moves: Changes['endpoints']['marks']): readonly string[] {
  return moves.flatMap(({ key, came, went }) => [
    ...went.map((one) => `- ${kind}${key.trim()}: ${what}${one}`),
    ...came.map((one) => `+ ${kind}${key.trim()}: ${what}${one}`),
  ]);
}

function factsText({ key, before, after }: { readonly key: string } & Changed<NetworkFacts>): readonly string[] {
  const said = ({ driver, subnets, internal, shut }: NetworkFacts): readonly (readonly [string, string])[] => [
    ['driver', driver],
    ['subnets', subnets.join(', ')],
    ['internal', internal ? 'yes' : 'no'],
    ['mostly cut', shut ? 'yes' : 'no'],
  ];
  const is = said(after);
  return said(before).flatMap(([fact, was], at) => {
    const now = is[at]?.[1] ?? '';
    return was === now ? [] : [`~ network ${key}: ${fact} ${was || '–'} → ${now || '–'}`];
  });
}

function edgeText(edge: RecordedEdge): string {
  const { what, cut, label } = edge;
  const said = [cut === 'wanted' ? 'not yet cut' : cut === 'engine' ? 'by engine' : '', label === what ? '' : label];
  const words = said.filter((part) => part !== '').join(', ');
  return `${endsText(edge)}${words === '' ? '' : `: ${words}`}`;
}

function endsText({ what, from, to, both }: RecordedEdge): string {
  return `${what} ${from} ${both ? '↔' : '→'} ${to}`;
}
