/** Progress of pulls, pushes and loads, layer by layer. */
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import type { Progress } from '../../domains/progress.ts';
import type { Message } from '../messages.ts';

const DONE = /^(?:Pull complete|Already exists|Pushed|Layer already exists|Mounted from)/;
const WAITING = /^(?:Pulling fs layer|Waiting|Preparing)/;
/** What is counted towards the whole: what crosses the network, not what is unpacked afterwards. */
const MOVING = /^(?:Downloading|Pushing|Loading layer)/;
const MOVED = /^(?:Verifying Checksum|Download complete)/;

/** @returns takes each message, and tells `report` what it means */
export function layerProgress(report: Progress): (message: Message) => void {
  /** Bytes by layer. */
  const moved = new Map<string, { done: number; total: number }>();
  const parts = new Set<string>();

  const tellSum = (): void => {
    const all = [...moved.values()];
    const sum = (read: (one: { done: number; total: number }) => number): number =>
      all.reduce((total, one) => total + read(one), 0);
    report.progress({ done: sum(({ done }) => done), total: sum(({ total }) => total), unit: 'bytes' });
  };

  return ({ id, status, stream, current, total }) => {
    const text = status || stream.trim();
    if (text === '') return;
    const isLayer = /^[0-9a-f]{12}$/.test(id) || DONE.test(status) || WAITING.test(status) || MOVING.test(status);
    if (id === '' || !isLayer) {
      report.line(id === '' ? text : `${id}: ${text}`);
      return;
    }
    if (MOVING.test(status) && current !== null && total !== null) {
      // Pushes may tell more than they said there was.
      moved.set(id, { done: Math.min(current, total), total });
      tellSum();
    }
    const known = moved.get(id);
    const isOver = DONE.test(status);
    if (known && (isOver || MOVED.test(status)) && known.done < known.total) {
      known.done = known.total;
      tellSum();
    }
    const state: JobPart['state'] = isOver ? 'done' : WAITING.test(status) ? 'waiting' : 'running';
    report.part(id, { state, text, ...(parts.has(id) ? {} : { name: id }), ...counts(current, total, isOver) });
    parts.add(id);
  };
}

function counts(
  current: number | null,
  total: number | null,
  isOver: boolean,
): { readonly done?: number; readonly total?: number | null } {
  if (isOver) return { done: 0, total: null };
  return current === null ? {} : { done: current, total };
}
