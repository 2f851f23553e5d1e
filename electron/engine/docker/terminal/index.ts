/** Terminals of a real engine. */
import type { Duplex } from 'node:stream';
import { connectionFault } from '../../connection/faults.ts';
import type { TerminalDomain, TerminalLine } from '../../domains/terminal.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, type Api } from '../ask.ts';
import { outputOf, written } from './output.ts';
import { findShell, openShell } from './shell.ts';

export function createTerminal(api: Api): TerminalDomain {
  return {
    open: async (ref, { kind, cols, rows, signal }) => {
      const found = objectOf(await api().request(pathOf('containers', ref, 'json'), { signal }));
      const id = textOf(found['Id']);
      const size = { cols, rows };
      if (kind === 'shell') return openShell(api, { id, shell: await findShell(api, id, signal), size, signal });
      const config = objectOf(found['Config']);
      return attach(api, id, { isTerminal: config['Tty'] === true, takesInput: config['OpenStdin'] === true, size });
    },
  };
}

/** A container's own main process: what it writes from now on. */
async function attach(
  api: Api,
  id: string,
  options: Pick<TerminalLine, 'isTerminal' | 'takesInput'> & { readonly size: { cols: number; rows: number } },
): Promise<TerminalLine> {
  const { isTerminal, takesInput, size } = options;
  const { docker, address, request } = api();
  const stream = await docker
    .getContainer(id)
    .attach({ stream: true, hijack: true, stdin: takesInput, stdout: true, stderr: true })
    .catch((thrown: unknown) => {
      throw connectionFault(address, thrown);
    });
  const resize: TerminalLine['resize'] = async ({ cols, rows }) => {
    if (isTerminal) await request(pathOf('containers', id, 'resize'), { method: 'POST', query: { w: cols, h: rows } });
  };
  // A size is a courtesy: without it the program draws for the size that it had.
  await resize(size).catch(() => undefined);
  return {
    program: '',
    isTerminal,
    takesInput,
    output: outputOf(stream as Duplex, { address, isFramed: !isTerminal }),
    write: (text) => written(stream as Duplex, text),
    resize,
    exitCode: async () => {
      const state = objectOf(objectOf(await request(pathOf('containers', id, 'json')))['State']);
      return state['Running'] !== true && typeof state['ExitCode'] === 'number' ? state['ExitCode'] : null;
    },
    close: () => void (stream as Duplex).destroy(),
  };
}
