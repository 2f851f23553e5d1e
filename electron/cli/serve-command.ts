/** `bulkhead serve`: the app in a browser, until Ctrl+C. */
import type { Core } from '../app/core.ts';
import { configDirectory } from '../app/config-dir.ts';
import { openBrowser } from '../serve/open-browser.ts';
import { rendererDirectory } from '../serve/renderer-dir.ts';
import { startServer } from '../serve/server.ts';
import type { Command } from './arguments.ts';
import { EXIT, type Terminal } from './terminal.ts';

/**
 * Prints one line, the URL with its one-time token, then serves until the signal.
 *
 * The core starts beside the browser, not before it: loading it takes about as long as a browser takes to its first page.
 */
export async function serve({ options }: Command, terminal: Terminal, version: string): Promise<number> {
  const open = once(() => openCore({ version, configDir: configDirectory(terminal.env), engine: options.engine }));
  const core = async (): Promise<Core> => (await open()).core;
  const server = await startServer({ core, port: options.port ?? 0, rendererDir: rendererDirectory() });
  try {
    terminal.out(`${server.url}\n`);
    if (options.open) await openBrowser(server.url, terminal.err);
    await open();
    if (!terminal.signal.aborted) {
      await new Promise<void>((resolve) => terminal.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
  } finally {
    await server.close();
    await (await open()).close();
  }
  return EXIT.ok;
}

interface Opened {
  readonly core: Core;
  close(): Promise<void>;
}

async function openCore(options: {
  readonly version: string;
  readonly configDir: string;
  readonly engine: string | undefined;
}): Promise<Opened> {
  const [{ createCore }, { keepLog }] = await Promise.all([
    import('../app/create-core.ts'),
    import('../app/keep-log.ts'),
  ]);
  const core = createCore({ ...options, asks: true });
  const stopLog = keepLog(core, { ...options, process });
  return {
    core,
    close: () => {
      stopLog();
      return core.close();
    },
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
