/** A matrix frame as the page keeps it: bytes decoded once, indexes ready. */
import type {
  EndpointView,
  GuardState,
  Limit,
  MatrixFrame,
  NetworkView,
  Standing,
} from '../../../shared/contract/schemas.ts';
import { FLAG_DENIED, FLAG_HELD, FLAG_SIDE_LAYER, VERDICTS, type Verdict } from '../../../shared/reachability/model.ts';

export interface Frame {
  readonly revision: number;
  readonly endpoints: readonly EndpointView[];
  readonly networks: readonly NetworkView[];
  /** Row by row, `endpoints.length` squared. */
  readonly verdicts: Uint8Array;
  readonly flags: Uint8Array;
  readonly guard: GuardState;
  readonly standing: Standing;
  /** What cannot work on this engine. */
  readonly limits: readonly Limit[];
  readonly indexById: ReadonlyMap<string, number>;
}

/** How a cell stands, beyond its verdict: whether the user's policy denies it, and whether that is so on the wire. */
export const DENIAL_MARKS = ['none', 'held', 'pending', 'paused', 'failed'] as const;
export type DenialMark = (typeof DENIAL_MARKS)[number];

export interface CellState {
  readonly verdict: Verdict;
  readonly denial: DenialMark;
  /** A volume, socket or namespace is shared beside the network. */
  readonly sideLayer: boolean;
}

/** Decodes a frame; throws when its byte arrays do not fit its endpoints (a defect of the core). */
export function decodeFrame(frame: MatrixFrame): Frame {
  const verdicts = bytesOf(frame.verdicts);
  const flags = bytesOf(frame.flags);
  const cells = frame.endpoints.length ** 2;
  if (verdicts.length !== cells || flags.length !== cells) {
    throw new RangeError(`A frame of ${frame.endpoints.length} endpoints came with ${verdicts.length} cells.`);
  }
  return {
    revision: frame.revision,
    endpoints: frame.endpoints,
    networks: frame.networks,
    verdicts,
    flags,
    guard: frame.guard,
    standing: frame.standing,
    limits: frame.limits ?? [],
    indexById: new Map(frame.endpoints.map((endpoint, index) => [endpoint.id, index])),
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Reads one cell by row and column of the frame. */
export function cellState(frame: Frame, row: number, col: number): CellState {
  const at = row * frame.endpoints.length + col;
  const flags = frame.flags[at] ?? 0;
  return {
    verdict: VERDICTS[frame.verdicts[at] ?? 3] ?? 'unknown',
    denial: denialMark(flags, frame.guard.phase),
    sideLayer: (flags & FLAG_SIDE_LAYER) !== 0,
  };
}

/** Reads one cell by the ids of its ends; null when one of them is not there. */
export function cellOfPair(frame: Frame, from: string, to: string): CellState | null {
  const [row, col] = [frame.indexById.get(from), frame.indexById.get(to)];
  return row === undefined || col === undefined ? null : cellState(frame, row, col);
}

/** The frame says only whether a denial is held; why one is not, the guard's phase tells. */
export function denialMark(flags: number, phase: GuardState['phase']): DenialMark {
  if ((flags & FLAG_DENIED) === 0) return 'none';
  if ((flags & FLAG_HELD) !== 0) return 'held';
  return phase === 'working' ? 'pending' : phase === 'paused' ? 'paused' : 'failed';
}
