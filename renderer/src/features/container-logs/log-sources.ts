/** Whose logs are read, where more are asked for than are read together. */

/** Whose log is read: a container, or a task of a Swarm (`task:ID`). */
export interface LogSource {
  readonly id: string;
  readonly name: string;
  /** It is read on when this changes. */
  readonly startedAt: number;
  /** A container's or a task's, in the engine's words. */
  readonly state: string;
}

/** So many are read together. */
export const MOST_SOURCES = 50;

/** @returns `MOST_SOURCES` of them at most: those that run before those that have ended, else in the order given */
export function chosenSources<Source extends LogSource>(sources: readonly Source[]): readonly Source[] {
  if (sources.length <= MOST_SOURCES) return sources;
  const isRunning = ({ state }: Source): boolean => state === 'running';
  const running = sources.filter(isRunning);
  return [...running, ...sources.filter((one) => !isRunning(one))].slice(0, MOST_SOURCES);
}
