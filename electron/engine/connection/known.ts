/** Every engine that is known: found on this machine, named by docker contexts, added by the user; each listed once. */
import { discoverEngines, type DiscoverOptions } from './discover.ts';
import { listContexts, type ListedContext } from './docker-config.ts';
import { realFiles } from './surroundings.ts';
import { resolveTarget } from './target.ts';

export interface KnownEngine {
  readonly address: string;
  readonly source: string;
  readonly contexts: readonly ListedContext[];
  readonly added: boolean;
}

/** @param added addresses, as `engine.use` takes them.  Looks only, dials nothing. */
export async function knownEngines(
  options: Omit<DiscoverOptions, 'engine'>,
  added: readonly string[],
): Promise<readonly KnownEngine[]> {
  const around = { files: realFiles, ...options };
  const known = new Map<string, KnownEngine>();
  for (const { address, source } of await discoverEngines(options)) {
    known.set(address, { address, source, contexts: [], added: false });
  }
  const canonical = (name: string): Promise<string> =>
    resolveTarget(name, around).then(
      (target) => target.address,
      // One that is broken is listed by its name: trying it says what is wrong.
      () => name,
    );
  for (const context of await listContexts(around)) {
    const address = await canonical(context.name);
    const before = known.get(address) ?? { address, source: 'docker context', contexts: [], added: false };
    known.set(address, { ...before, contexts: [...before.contexts, context] });
  }
  for (const text of added) {
    const address = await canonical(text);
    const before = known.get(address) ?? { address, source: 'added', contexts: [], added: true };
    known.set(address, { ...before, added: true });
  }
  // The demo stays last.
  return [...known.values()].toSorted((a, b) => Number(a.address === 'demo') - Number(b.address === 'demo'));
}
