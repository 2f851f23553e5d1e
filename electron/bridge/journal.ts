import type { JournalEntryView } from '../../shared/contract/journal.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const journalRouter = (core: Core) => ({
  list: procedures.journal.list.handler(({ input }) => core.journal.list(input.limit)),
  watch: procedures.journal.watch.handler(({ signal }) =>
    latest<JournalEntryView[]>(
      signal,
      () => core.journal.entries(),
      (listener) => core.journal.onEntries(listener),
    ),
  ),
});
