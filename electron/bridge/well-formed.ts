/**
 * Whether bytes from outside are a message of the protocol at all.
 *
 * The library that answers them prints what is none, with parts of it, to the standard error: a registry's password among a
 * broken message would end in a log.
 */
import * as z from 'zod';
import type { Message } from './channel.ts';

/** As the library numbers them: what a page may send. */
const REQUEST = 1;
const EVENT = 3;
const ABORT = 4;
/** Between the two parts of a binary message; no byte of UTF-8. */
const DELIMITER = 0xff;

const message = z.union([
  z.object({
    i: z.string().max(64),
    t: z.literal(REQUEST).optional(),
    p: z.object({
      u: z.string().startsWith('/').max(1024),
      h: z.record(z.string(), z.unknown()).optional(),
      m: z.string().max(16).optional(),
    }),
  }),
  z.object({ i: z.string().max(64), t: z.literal(EVENT), p: z.object({ e: z.string().max(64) }) }),
  z.object({ i: z.string().max(64), t: z.literal(ABORT) }),
]);

export function isWellFormed(received: Message): boolean {
  try {
    return message.safeParse(JSON.parse(jsonOf(received))).success;
  } catch {
    return false;
  }
}

function jsonOf(received: Message): string {
  if (typeof received === 'string') return received;
  const end = received.indexOf(DELIMITER);
  return new TextDecoder().decode(end < 0 ? received : received.subarray(0, end));
}
