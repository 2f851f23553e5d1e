/** Terminals: a shell in a container, or its own main process. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { objectRef } from './containers.ts';
import { procedure } from './procedure.ts';
import { errorShape } from './schemas.ts';
import { TERMINAL_PART } from './sizes.ts';

const size = { cols: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) };

export const terminalRequest = z.object({
  container: objectRef,
  /** `shell`: the best shell there is; `attach`: the container's main process. */
  kind: z.enum(['shell', 'attach']),
  ...size,
});

export const terminalEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('opened'),
    /** For the calls below; nobody else can guess it. */
    id: z.string(),
    /** Of a shell: `bash`. */
    program: z.string(),
    /** Whether it is a terminal at all: else there are no lines to edit and no size. */
    isTerminal: z.boolean(),
    takesInput: z.boolean(),
  }),
  z.object({ kind: z.literal('data'), text: z.string() }),
  /** The last one.  `code` is null where it is not known; `error`: the way to it was lost, or it was removed. */
  z.object({ kind: z.literal('ended'), code: z.number().nullable(), error: errorShape.nullable() }),
]);

/** So much may be under way to the page (characters) before the program has to wait. */
export const TERMINAL_WINDOW = 512 * 1024;

const id = z.string().min(1).max(64);

export const terminalContract = {
  /** What it writes, for as long as somebody reads: a shell is hung up when the reader leaves. */
  open: procedure.input(terminalRequest).output(eventIterator(terminalEvent)),
  /** Answers when it was taken.  `NOT_FOUND` after its end, as the ones below. */
  write: procedure.input(z.object({ id, text: z.string().max(TERMINAL_PART) })),
  resize: procedure.input(z.object({ id, ...size })),
  /** Says that so many characters of its output were drawn. */
  drew: procedure.input(z.object({ id, characters: z.number().int().min(0) })),
};

export type TerminalRequest = z.infer<typeof terminalRequest>;
export type TerminalEvent = z.infer<typeof terminalEvent>;
