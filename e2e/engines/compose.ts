import type { Progress } from './packages.ts';
import { ensurePlugin } from './plugins.ts';

/** Makes Docker Compose present; returns the path of the program. */
export function ensureCompose(progress?: Progress): Promise<string> {
  return ensurePlugin('compose', progress);
}
