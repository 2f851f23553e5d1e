/** Entries about two endpoints: `block web db`, `web → db`.  Made for what is typed, since there are as many pairs as cells. */
import type { TFunction } from 'i18next';
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import { endpointName } from '../matrix/words.ts';
import type { Entry } from './entries.ts';
import { fit } from './fuzzy.ts';

export interface PairThings {
  readonly endpoints: readonly EndpointView[];
  /** Whether the policy denies any of a pair, by the ids of its sides. */
  readonly isDenied: (from: string, to: string) => boolean;
  /** False: the engine takes no rules. */
  readonly canBlock: boolean;
}

const VERBS = ['block', 'allow', 'explain'] as const;
type Verb = (typeof VERBS)[number];

/** Of each side no more names than these are tried: whoever means another types a letter more. */
const NAMES_TRIED = 6;
const MOST = 15;

/**
 * @param query one side needs a verb before it, or an arrow; two sides a verb or an arrow, or both
 * @returns none where the query is not about two endpoints
 */
export function pairEntries(
  t: TFunction,
  { endpoints, isDenied, canBlock }: PairThings,
  query: string,
): readonly Entry[] {
  const asked = read(t, query);
  if (!asked) return [];
  const named = endpoints.map((endpoint) => ({ endpoint, name: endpointName(t, endpoint) }));
  const like = (text: string): { readonly endpoint: EndpointView; readonly name: string; readonly score: number }[] =>
    named
      .flatMap((one) => {
        const score = fit(text, one.name);
        return score === null ? [] : [{ ...one, score }];
      })
      .toSorted((a, b) => b.score - a.score)
      .slice(0, NAMES_TRIED);
  const pairs = asked.sides.flatMap(([left, right]) =>
    like(left).flatMap((from) =>
      like(right).flatMap((to) => (from.endpoint === to.endpoint ? [] : [{ from, to, score: from.score + to.score }])),
    ),
  );
  const best = new Map<string, (typeof pairs)[number]>();
  for (const pair of pairs.toSorted((a, b) => b.score - a.score)) {
    const key = JSON.stringify([pair.from.endpoint.id, pair.to.endpoint.id]);
    if (!best.has(key)) best.set(key, pair);
  }
  return [...best.values()]
    .flatMap(({ from, to }) => {
      const [a, b] = [from.endpoint.id, to.endpoint.id];
      const change = isDenied(a, b) ? 'allow' : 'block';
      const verbs: readonly Verb[] = asked.verb ? [asked.verb] : [...(canBlock ? ([change] as const) : []), 'explain'];
      return verbs
        .filter((verb) => verb === 'explain' || (verb === change && (verb === 'allow' || canBlock)))
        .map((verb) => entryOf(t, verb, from, to));
    })
    .slice(0, MOST);
}

interface Side {
  readonly endpoint: EndpointView;
  readonly name: string;
}

function entryOf(t: TFunction, verb: Verb, { endpoint: from, name: a }: Side, { endpoint: to, name: b }: Side): Entry {
  const pair = t('cell.pair', { from: a, to: b });
  const ids = { from: from.id, to: to.id };
  return {
    id: `${verb} ${from.id} ${to.id}`,
    group: 'pairs',
    text: t('palette.of', { offer: t(`palette.verb.${verb}`), name: pair }),
    hint: '',
    also: '',
    keys: null,
    deed:
      verb === 'explain'
        ? { kind: 'open', screen: 'matrix', path: [from.name, to.name] }
        : { kind: 'ask', subject: ids, change: { action: verb, ...ids }, about: pair },
  };
}

interface Read {
  /** Null: whatever makes sense. */
  readonly verb: Verb | null;
  /** Each way in which the words can be two names. */
  readonly sides: readonly (readonly [string, string])[];
}

/** People write verbs in the page's language, or in English. */
function read(t: TFunction, query: string): Read | null {
  const [first = '', ...rest] = query.trim().split(/\s+/);
  const verb = VERBS.find((one) => [one, t(`palette.verb.${one}`).toLowerCase()].includes(first.toLowerCase())) ?? null;
  const said = (verb ? rest : [first, ...rest]).join(' ');
  const [left = '', right, more] = said.split(/\s*(?:→|->|=>|>)\s*/);
  if (right !== undefined) return more === undefined && left !== '' ? { verb, sides: [[left, right]] } : null;
  if (!verb) return null;
  const words = said.split(' ').filter((word) => word !== '');
  if (words.length < 2) return words[0] === undefined ? null : { verb, sides: [[words[0], '']] };
  const cuts = words
    .slice(1)
    .map((_, at) => [words.slice(0, at + 1).join(' '), words.slice(at + 1).join(' ')] as const);
  return { verb, sides: cuts };
}
