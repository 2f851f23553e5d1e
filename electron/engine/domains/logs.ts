/** What containers have written. */
import type { Cancellable } from './containers.ts';

export interface LogLine {
  /** As the engine wrote it down, in UTC with nine digits after the point, so that it sorts as text. */
  readonly time: string;
  readonly stream: 1 | 2;
  /** Without its end; hostile. */
  readonly text: string;
  /** Whether it was longer. */
  readonly isCut: boolean;
}

export interface LogsOptions extends Cancellable {
  /** So many of the newest; null: all of them. */
  readonly tail: number | null;
  /** Only what was written then or later; `''`: everything. */
  readonly since: string;
  readonly follow: boolean;
}

/** The task that a reference means (`task:ID`), wherever in its Swarm it runs; null: it means a container, whose names have no colon. */
export function taskIdOf(ref: string): string | null {
  return ref.startsWith('task:') ? ref.slice(5) : null;
}

export interface LogsDomain {
  /**
   * Lines as they come, in handfuls; what is not asked for waits at the engine.  Ends with the log; with `follow`, when the
   * container ends or is removed (`isThere` tells which).
   */
  lines(ref: string, options: LogsOptions): AsyncIterable<readonly LogLine[]>;
  isThere(ref: string): Promise<boolean>;
}
