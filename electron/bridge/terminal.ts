import type { Core } from '../app/core.ts';
import { createTerminals } from '../app/terminals.ts';
import { procedures } from './contract.ts';
import { pulled } from './stream.ts';

export const terminalRouter = (core: Core) => {
  const terminals = createTerminals();
  return {
    open: procedures.terminal.open.handler(({ input, signal }) =>
      pulled(signal, (stopped) => terminals.open(core.manage().terminal, input, stopped)),
    ),
    write: procedures.terminal.write.handler(({ input }) => terminals.write(input.id, input.text)),
    resize: procedures.terminal.resize.handler(({ input: { id, ...size } }) => terminals.resize(id, size)),
    drew: procedures.terminal.drew.handler(({ input }) => terminals.drew(input.id, input.characters)),
  };
};
