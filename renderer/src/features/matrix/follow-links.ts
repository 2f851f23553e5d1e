/** `#/matrix/web/db` opens that cell: as soon as the matrix is there, and once for each time the address says so. */
import type { Frame } from '../../lib/frame.ts';
import type { AppStore } from '../../lib/store.ts';
import type { Route } from '../../lib/route.ts';
import type { PairRef } from './view.ts';

export function followMatrixLinks(store: AppStore): () => void {
  let done: Route | null = null;
  const look = (): void => {
    const { route, frame } = store.getState();
    if (route === done || frame === null) return;
    done = route;
    const pair = pairOf(route, frame);
    if (pair) store.setState({ cursor: pair, selection: pair, query: '', network: '' });
  };
  look();
  return store.subscribe(look);
}

/** Names, or ids, as the address has them; null where it names no pair that is there. */
export function pairOf({ screen, path: [from, to] }: Route, { endpoints }: Pick<Frame, 'endpoints'>): PairRef | null {
  if (screen !== 'matrix' || from === undefined || to === undefined) return null;
  const find = (text: string) => endpoints.find(({ id, name }) => name === text || id === text);
  const [source, target] = [find(from), find(to)];
  return source && target ? { fromId: source.id, fromName: source.name, toId: target.id, toName: target.name } : null;
}
