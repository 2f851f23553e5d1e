import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configDirectory } from './config-dir.ts';

it.each([
  { platform: 'linux', env: {}, directory: join(homedir(), '.config', 'bulkhead') },
  { platform: 'linux', env: { XDG_CONFIG_HOME: '/cfg' }, directory: '/cfg/bulkhead' },
  { platform: 'darwin', env: {}, directory: join(homedir(), 'Library', 'Application Support', 'Bulkhead') },
  { platform: 'win32', env: { APPDATA: '/roaming' }, directory: '/roaming/Bulkhead' },
  { platform: 'darwin', env: { BULKHEAD_CONFIG_DIR: '/mine' }, directory: '/mine' },
] as const)('keeps settings in $directory on $platform with $env', ({ platform, env, directory }) => {
  expect(configDirectory(env, platform)).toBe(directory);
});
