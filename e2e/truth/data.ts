/** What A writes, B reads: predicted, and tried with a file in every mount of every container. */
import { join, posix } from 'node:path';
import type { Cell } from '../../shared/reachability/model.ts';
import type { RunningEngine } from '../engines/engine.ts';
import type { Census, Member } from './census.ts';

const PROGRAM = join(import.meta.dirname, 'data.pl');

export interface DataCompared {
  /** Ordered pairs; none where fewer than two containers have anything mounted. */
  readonly compared: number;
  /** Of these, how many on whose one side is read what the other wrote. */
  readonly passed: number;
  readonly disagreements: readonly string[];
  /** Rules that rightly said that data passes, one for each pair. */
  readonly evidence: readonly string[];
}

/** The rules by which the product says that files pass; none: they do not; `null`: it says that it does not know. */
export function claimOf({ channels }: Pick<Cell, 'channels'>): readonly string[] | null {
  const ways = channels.filter(({ layer }) => layer === 'data');
  const known = ways.filter(({ verdict }) => verdict !== 'unknown');
  return ways.length > 0 && known.length === 0 ? null : known.flatMap(({ rules }) => rules);
}

/** @param rulesOf the rules by which data passes from one container to another; none: it does not; `null`: that is not known. */
export async function compareData(
  engine: RunningEngine,
  { members }: Census,
  rulesOf: (from: string, to: string) => readonly string[] | null,
): Promise<DataCompared> {
  const found = await measureData(engine, members);
  const pairs =
    found === null
      ? []
      : members
          .filter(({ askable }) => askable)
          .flatMap(({ name: from }, _, all) => all.flatMap(({ name: to }) => (to === from ? [] : [{ from, to }])));
  const rows = pairs.flatMap(({ from, to }) => {
    const rules = rulesOf(from, to);
    if (rules === null) return [];
    return { from, to, rules, predicted: rules.length > 0, measured: found?.has(`${to} ${from}`) ?? false };
  });
  const wrong = rows.filter(({ predicted, measured }) => predicted !== measured);
  const word = (passes: boolean): string => (passes ? 'open' : 'blocked');
  return {
    compared: rows.length,
    passed: rows.filter(({ measured }) => measured).length,
    disagreements: wrong.map(
      ({ from, to, rules, predicted, measured }) =>
        `${from} → ${to} data: predicted ${word(predicted)}, measured ${word(measured)} [${rules.join(' ')}]`,
    ),
    evidence: rows.flatMap(({ rules, predicted, measured }) => (predicted && measured ? [...new Set(rules)] : [])),
  };
}

/** `READER WRITER` for each pair of which the one read what the other wrote; `null` where nobody shares anything. */
async function measureData(engine: RunningEngine, members: readonly Member[]): Promise<ReadonlySet<string> | null> {
  const asked = members
    .filter(({ askable }) => askable)
    .map((one) => ({ ...one, mounts: mountsOf(one) }))
    .filter(({ mounts }) => mounts.length > 0);
  if (asked.length < 2) return null;
  const real = await realPaths(engine, new Set(asked.flatMap(({ mounts }) => mounts.map(({ source }) => source))));
  const holders = asked.map((one) => ({
    ...one,
    mounts: one.mounts.map((mount) => ({ ...mount, source: real.get(mount.source) ?? mount.source })),
  }));
  const sources = [...new Set(holders.flatMap(({ mounts }) => mounts.map(({ source }) => source)))];
  const input = holders.flatMap(({ name, info, mounts }) => [
    `container ${name} ${String(info.State.Pid)}`,
    ...placesOf(mounts, sources).map((path) => `place ${name} ${path}`),
  ]);
  const { code, stdout, stderr } = await engine.exec(['perl', PROGRAM], { input: `${input.join('\n')}\n` });
  if (code !== 0) throw new Error(`Writing and reading failed (${String(code)}): ${stderr}`);
  return new Set(stdout.split('\n').flatMap((line) => /^read (\S+ \S+)$/.exec(line)?.[1] ?? []));
}

/** The engine mounts what a link on its machine leads to; seen from inside a container, the link would lead elsewhere. */
async function realPaths(engine: RunningEngine, sources: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const paths = [...sources].filter((source) => source.startsWith('/'));
  if (paths.length === 0) return new Map();
  const { stdout } = await engine.exec(['readlink', '--canonicalize-missing', '--zero', '--', ...paths]);
  return new Map(stdout.split('\0').flatMap((found, at) => (found ? [[paths[at] ?? '', found] as const] : [])));
}

interface Mounted {
  /** A path on the engine's machine, or something that is no path. */
  readonly source: string;
  readonly destination: string;
}

function mountsOf({ name, info }: Member): readonly Mounted[] {
  const { Mounts: asked, Tmpfs } = info.HostConfig;
  const fleeting = [
    ...Object.keys(Tmpfs ?? {}),
    ...info.Mounts.filter(({ Type }) => Type === 'tmpfs').map(({ Destination }) => Destination),
  ];
  return [
    ...info.Mounts.filter(({ Type }) => Type !== 'tmpfs').map(({ Source, Destination }) => {
      const folder = asked?.find(({ Target }) => Target === Destination)?.VolumeOptions?.Subpath;
      return { source: folder === undefined ? Source : posix.join(Source, folder), destination: Destination };
    }),
    ...fleeting.map((destination) => ({ source: `memory of ${name} at ${destination}`, destination })),
  ];
}

/** Where a container has something mounted, and where what others mount lies within that. */
function placesOf(mounts: readonly Mounted[], sources: readonly string[]): readonly string[] {
  const found = mounts.flatMap(({ source, destination }) =>
    sources.flatMap((other) => {
      if (other === source) return [destination];
      const within = source === '/' ? source : `${source}/`;
      return other.startsWith(within) ? [posix.join(destination, other.slice(within.length))] : [];
    }),
  );
  return [...new Set(found)];
}
