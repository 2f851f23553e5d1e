/** `bulkhead serve`: the app in a browser, until Ctrl+C. */
import { createCore } from '../app/create-core.ts';
import { keepLog } from '../app/keep-log.ts';
import { configDirectory } from '../app/config-dir.ts';
import { openBrowser } from '../serve/open-browser.ts';
import { rendererDirectory } from '../serve/renderer-dir.ts';
import { startServer } from '../serve/server.ts';
import type { Command } from './arguments.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** Prints one line, the URL with its one-time token, then serves until the signal. */
export async function serve({ options }: Command, terminal: Terminal, version: string): Promise<number> {
  const configDir = configDirectory(terminal.env);
  const core = createCore({ version, configDir, engine: options.engine, asks: true });
  const stopLog = keepLog(core, { configDir, version, process });
  try {
    const server = await startServer({ core, port: options.port ?? 0, rendererDir: rendererDirectory() });
    try {
      terminal.out(`${server.url}\n`);
      if (options.open) await openBrowser(server.url, terminal.err);
      if (!terminal.signal.aborted) {
        await new Promise<void>((resolve) =>
          terminal.signal.addEventListener('abort', () => resolve(), { once: true }),
        );
      }
    } finally {
      await server.close();
    }
  } finally {
    stopLog();
    await core.close();
  }
  return EXIT.ok;
}
