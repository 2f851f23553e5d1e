/** What a command may write to, and the exit codes of DESIGN §6. */

export interface Terminal {
  /** Nothing but the asked-for answer. */
  readonly out: (text: string) => void;
  /** The same where the answer is no text. */
  readonly bytes: (data: Uint8Array) => void;
  /** Progress, warnings, errors. */
  readonly err: (text: string) => void;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts on Ctrl+C. */
  readonly signal: AbortSignal;
}

export const EXIT = { ok: 0, mismatch: 1, usage: 2, unreachable: 3, cannotEnforce: 4, cancelled: 130 } as const;
