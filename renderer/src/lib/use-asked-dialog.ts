import { useCallback, useState } from 'react';
import { replaceQuery } from './route.ts';
import { useApp } from './store.ts';

/**
 * The dialog of a screen: one about a thing of it, which only the screen knows, or one that the address asks for (`?do=pull`), so that
 * the palette and native menus reach it.
 *
 * @param asked those that the address may ask for
 * @returns the open one or null, the way to open one about a thing, and the way to close either
 */
export function useAskedDialog<Kind extends string, About extends { readonly kind: string }>(
  asked: readonly Kind[],
): readonly [{ readonly kind: Kind } | About | null, (about: About) => void, () => void] {
  const said = useApp(({ route }) => route.query['do']);
  const [about, setAbout] = useState<About | null>(null);
  const kind = asked.find((one) => one === said);
  const close = useCallback((): void => {
    setAbout(null);
    // Whoever went elsewhere from it has another address by now.
    if (kind !== undefined && window.location.hash.includes('?')) replaceQuery({});
  }, [kind]);
  return [kind === undefined ? about : { kind }, setAbout, close];
}

/** Opens a dialog of the screen one is at. */
export function askDialog(kind: string): void {
  replaceQuery({ do: kind });
}
