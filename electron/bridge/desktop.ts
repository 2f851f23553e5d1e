import type { Core } from '../app/core.ts';
import type { Asked } from '../app/desktop-link.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const desktopRouter = ({ desktop }: Core) => ({
  watch: procedures.desktop.watch.handler(({ signal }) =>
    latest<Asked>(
      signal,
      () => desktop.take(),
      (listener) => desktop.onAsk(listener),
    ),
  ),
  speak: procedures.desktop.speak.handler(({ input }) => desktop.speak(input.language)),
});
