/** Paths every script needs. */
import { fileURLToPath } from 'node:url';

/** The checkout's root, without a trailing slash. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
