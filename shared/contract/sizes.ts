/** How much of a thing goes over the contract at once.  Apart from its schemas, because the page needs these and no zod. */

/** Of a file not more than this is shown (bytes). */
export const SHOWN_BYTES = 1_000_000;

/** Of what is typed or pasted into a terminal, so much at once (characters). */
export const TERMINAL_PART = 32_768;
