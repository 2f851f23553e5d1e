import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, 'golden');

const canTry =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: 'table inet probe {}\n' }).status === 0;

/** Loads the script twice in a namespace that is gone with the command; answers nft's status and complaint. */
function load(script: string): string {
  const twice = 'script=$(cat); for time in 1 2; do printf "%s\\n" "$script" | nft -f - || exit 1; done';
  const { stderr, status } = spawnSync('unshare', ['-n', 'sh', '-c', twice], { input: script, encoding: 'utf8' });
  return `${String(status)} ${stderr}`;
}

describe.skipIf(!canTry)('nft (skipped where there is no root or no nft)', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.nft'));

  it.each(files)('takes every table of golden/%s, over an older one as well', (name) => {
    const scripts = readFileSync(join(folder, name), 'utf8')
      .split(/^# place .*\n/m)
      .filter((script) => script.trim() !== '');
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(load(script)).toBe('0 ');
  });
});
