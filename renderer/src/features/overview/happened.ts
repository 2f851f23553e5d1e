/** Of an engine's events those that a person cares about; the rest is on the engine's own screen. */
import type { EngineEvent } from '../../../../shared/contract/engine.ts';

/** Type and action, as the engine calls them; each has its words among the texts. */
const TOLD = {
  container: ['start', 'die', 'oom', 'unhealthy', 'pause', 'unpause', 'create', 'destroy'],
  network: ['create', 'destroy'],
  volume: ['create', 'destroy'],
  image: ['pull', 'delete', 'tag'],
} as const;

export type HappenedKey = {
  [T in keyof typeof TOLD]: `overview.happened.of.${T}.${(typeof TOLD)[T][number]}`;
}[keyof typeof TOLD];

export interface Happened {
  readonly seq: number;
  readonly at: number;
  readonly key: HappenedKey;
  readonly name: string;
  /** Of a container that ended; `''`: not told. */
  readonly code: string;
}

/** @returns null for what is told nowhere but in the list of all events */
export function happenedOf({ seq, at, type, action, detail, name, id, attributes }: EngineEvent): Happened | null {
  if (!Object.hasOwn(TOLD, type)) return null;
  const kind = type as keyof typeof TOLD;
  const what = action === 'health_status' ? detail.trim() : action;
  const known = (TOLD[kind] as readonly string[]).find((one) => one === what);
  if (known === undefined) return null;
  const short = id.replace('sha256:', '').slice(0, 12);
  return {
    seq,
    at,
    key: `overview.happened.of.${kind}.${known}` as HappenedKey,
    name: name || short,
    code: attributes['exitCode'] ?? '',
  };
}

/** Newest first, `most` at most. */
export function withHappened(
  before: readonly Happened[],
  news: readonly EngineEvent[],
  most: number,
): readonly Happened[] {
  const told = news.map(happenedOf).filter((one) => one !== null);
  return told.length === 0 ? before : [...told.toReversed(), ...before].slice(0, most);
}
