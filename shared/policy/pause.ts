/** How long the guard may stand aside.  No zod here: the command line reads it before anything else is loaded. */

/** A week: who wants it for longer takes the rules away. */
export const LONGEST_PAUSE_MINUTES = 7 * 24 * 60;
