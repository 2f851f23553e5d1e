/** Starting with the user's session: by the system's own list, and on Linux by a file in the folder that desktops read. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorShape } from '../../shared/errors.ts';
import type { ElectronApis } from './electron-apis.ts';

/** Starts without a window. */
export const HIDDEN_FLAG = '--hidden';

export interface LoginOptions {
  readonly app: Pick<ElectronApis['app'], 'getPath' | 'setLoginItemSettings'>;
  readonly platform: NodeJS.Platform;
  /** The program to start and what it is given: where an AppImage runs, its file, not the folder it is unpacked to. */
  readonly program: readonly [string, ...string[]];
}

/** @returns why it could not be done, null when it was */
export function setStartAtLogin({ app, platform, program }: LoginOptions, isWanted: boolean): string | null {
  if (platform !== 'linux') {
    const [path, ...args] = program;
    app.setLoginItemSettings({ openAtLogin: isWanted, path, args: [...args, HIDDEN_FLAG] });
    return null;
  }
  const folder = join(app.getPath('appData'), 'autostart');
  const file = join(folder, 'bulkhead.desktop');
  try {
    if (isWanted) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, desktopEntry(program));
    } else rmSync(file, { force: true });
    return null;
  } catch (thrown) {
    return toErrorShape(thrown).message;
  }
}

function desktopEntry(program: readonly string[]): string {
  const exec = [...program.map(quoted), HIDDEN_FLAG].join(' ');
  return ['[Desktop Entry]', 'Type=Application', 'Name=Bulkhead', `Exec=${exec}`, 'Terminal=false', ''].join('\n');
}

/** As the Desktop Entry Specification quotes an argument, and then a string, and without its field codes. */
function quoted(argument: string): string {
  return `"${argument.replaceAll(/["`$\\]/g, '\\$&')}"`.replaceAll('\\', '\\\\').replaceAll('%', '%%');
}
