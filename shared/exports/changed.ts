/** What changed between two exports. */
import { plain } from '../policy/selector.ts';
import type { Verdict } from '../reachability/model.ts';
import { pairOf, type Recorded } from './recorded.ts';

export interface Changed<T> {
  readonly before: T;
  readonly after: T;
}

export interface Changes {
  readonly endpoints: {
    readonly came: readonly string[];
    readonly went: readonly string[];
    readonly state: readonly ({ readonly key: string } & Changed<string>)[];
  };
  /** Empty where one of the two tells of no networks. */
  readonly networks: {
    readonly came: readonly string[];
    readonly went: readonly string[];
    readonly members: readonly {
      readonly key: string;
      readonly came: readonly string[];
      readonly went: readonly string[];
    }[];
  };
  /** Pairs of endpoints that both know. */
  readonly pairs: readonly ({ readonly from: string; readonly to: string } & Changed<Verdict>)[];
}

export function changesBetween(before: Recorded, after: Recorded): Changes {
  const stayed = [...after.endpoints.keys()].filter((key) => before.endpoints.has(key));
  const [old, now] = [before.networks ?? new Map<string, never[]>(), after.networks ?? new Map<string, never[]>()];
  const known = before.networks !== null && after.networks !== null;
  const pairs = stayed.flatMap((from) =>
    stayed.flatMap((to): Changes['pairs'] => {
      const [was, is] = [before.verdicts.get(pairOf(from, to)), after.verdicts.get(pairOf(from, to))];
      return was === undefined || is === undefined || was === is ? [] : [{ from, to, before: was, after: is }];
    }),
  );
  return {
    endpoints: {
      ...movesBetween([...before.endpoints.keys()], [...after.endpoints.keys()]),
      state: stayed.sort().flatMap((key) => {
        const [was, is] = [before.endpoints.get(key)?.state ?? '', after.endpoints.get(key)?.state ?? ''];
        return was === is ? [] : [{ key, before: was, after: is }];
      }),
    },
    networks: known
      ? {
          ...movesBetween([...old.keys()], [...now.keys()]),
          members: [...now.keys()].sort().flatMap((key) => {
            const was = old.get(key);
            if (!was) return [];
            const moves = movesBetween(was, now.get(key) ?? []);
            return moves.came.length + moves.went.length > 0 ? [{ key, ...moves }] : [];
          }),
        }
      : { came: [], went: [], members: [] },
    pairs: pairs.toSorted((a, b) => byText(a.from, b.from) || byText(a.to, b.to)),
  };
}

function movesBetween(
  before: readonly string[],
  after: readonly string[],
): { readonly came: readonly string[]; readonly went: readonly string[] } {
  const [old, now] = [new Set(before), new Set(after)];
  return { came: after.filter((one) => !old.has(one)).sort(), went: before.filter((one) => !now.has(one)).sort() };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isUnchanged({ endpoints, networks, pairs }: Changes): boolean {
  return [endpoints.came, endpoints.went, endpoints.state, networks.came, networks.went, networks.members, pairs].every(
    ({ length }) => length === 0,
  );
}

export const CHANGES_VERSION = 1;

/** As data; its shape is that of `Changes`. */
export function changesJson(changes: Changes): string {
  return `${JSON.stringify({ version: CHANGES_VERSION, ...changes }, null, 2)}\n`;
}

const OPENNESS: Readonly<Record<Verdict, number>> = { blocked: 0, unknown: 1, partial: 2, open: 3 };

/** As a patch is read: `+` came, `-` went, `>` opens, `<` closes.  Empty where nothing changed. */
export function changesText({ endpoints, networks, pairs }: Changes): string {
  const lines = [
    ...endpoints.went.map((key) => `- ${key}`),
    ...endpoints.came.map((key) => `+ ${key}`),
    ...endpoints.state.map(({ key, before, after }) => `~ ${key}: ${before} → ${after}`),
    ...networks.went.map((key) => `- network ${key}`),
    ...networks.came.map((key) => `+ network ${key}`),
    ...networks.members.flatMap(({ key, came, went }) => [
      ...went.map((one) => `- network ${key}: ${one}`),
      ...came.map((one) => `+ network ${key}: ${one}`),
    ]),
    ...pairs.map(
      ({ from, to, before, after }) =>
        `${OPENNESS[after] > OPENNESS[before] ? '>' : '<'} ${from} → ${to}: ${before} → ${after}`,
    ),
  ];
  return lines.map((line) => `${plain(line)}\n`).join('');
}
