/** What containers have written: their logs, of one or of several interleaved by time. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { objectRef } from './containers.ts';
import { procedure } from './procedure.ts';
import { errorShape } from './schemas.ts';

/** Longer lines are cut here (bytes). */
export const LOG_LINE_BYTES = 8192;

export const logsRequest = z.object({
  /** Containers; a Swarm's tasks as `task:ID`. */
  containers: z.array(objectRef).min(1).max(50),
  /** So many of the newest lines of each, at most. */
  tail: z.number().int().min(0).max(1_000_000),
  /** Only what was written at this time or later (`2026-01-02T03:04:05.000000006Z`); absent: everything. */
  since: z.string().max(40).optional(),
  /** Whether to go on with what they write from now on. */
  follow: z.boolean(),
});

/** How reading the log of one stands.  `ended`: it does not run any more; `gone`: it was removed. */
export const logState = z.enum(['reading', 'following', 'ended', 'gone', 'failed']);

export const logsEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('lines'),
    /** How many older lines were left out before these, because the page did not keep up. */
    dropped: z.number(),
    count: z.number(),
    /** See `packLines`. */
    packed: z.string(),
    /** Which of them (by index) were longer than `LOG_LINE_BYTES`. */
    cut: z.array(z.number()),
  }),
  z.object({
    kind: z.literal('state'),
    /** Which container, by its place in the request. */
    source: z.number(),
    state: logState,
    error: errorShape.nullable(),
  }),
]);

export const logsContract = {
  /** Ends when all have been read; with `follow`, when all have ended.  The reading stops when the reader leaves. */
  read: procedure.input(logsRequest).output(eventIterator(logsEvent)),
};

export type LogsRequest = z.infer<typeof logsRequest>;
export type LogsEvent = z.infer<typeof logsEvent>;
export type LogLinesEvent = Extract<LogsEvent, { kind: 'lines' }>;
export type LogState = z.infer<typeof logState>;
