/** Where settings and policies live, per platform's custom; `BULKHEAD_CONFIG_DIR` overrides it. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function configDirectory(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const asked = env['BULKHEAD_CONFIG_DIR'];
  if (asked) return asked;
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Bulkhead');
    case 'win32':
      return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Bulkhead');
    default:
      return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'bulkhead');
  }
}
