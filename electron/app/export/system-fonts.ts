/**
 * Fonts of this machine for characters that ours do not have: East Asian scripts above all, whose fonts are too large to come along.
 *
 * Well-known places first, in a fixed order, then what fontconfig knows: so the same machine always takes the same.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const WELL_KNOWN: readonly string[] = [
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
  '/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc',
  '/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf',
  '/System/Library/Fonts/PingFang.ttc',
  '/System/Library/Fonts/STHeiti Light.ttc',
  '/System/Library/Fonts/Supplemental/Arial Unicode.ttf',
  '/Library/Fonts/Arial Unicode.ttf',
  String.raw`C:\Windows\Fonts\msyh.ttc`,
  String.raw`C:\Windows\Fonts\simsun.ttc`,
  String.raw`C:\Windows\Fonts\malgun.ttf`,
  String.raw`C:\Windows\Fonts\YuGothM.ttc`,
];

const MOST_MS = 5000;

/** Files that may hold a character, best first; some of them may not be there. */
export async function fontFilesFor(code: number): Promise<readonly string[]> {
  return [...WELL_KNOWN, ...(await knownToFontconfig(code))];
}

/** None where there is no fontconfig. */
async function knownToFontconfig(code: number): Promise<readonly string[]> {
  try {
    const argv = ['--format', String.raw`%{file}\n`, `:charset=${code.toString(16)}`];
    const { stdout } = await run('fc-list', argv, { timeout: MOST_MS, maxBuffer: 4 * 1024 * 1024 });
    return [...new Set(stdout.split('\n'))].filter((file) => /\.(?:ttf|otf|ttc)$/i.test(file)).toSorted();
  } catch {
    return [];
  }
}
