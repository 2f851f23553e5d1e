/** Runs the steps of a method, and goes back: at once where one fails, later where the user wants it. */
import { randomBytes } from 'node:crypto';
import type { MethodStep, RerunStep } from '../../shared/methods/model.ts';
import type { Former, UndoStep } from '../../shared/contract/journal.ts';
import type { EndpointSettings, RebuildActions, RemovedLink } from '../engine/driver.ts';

export interface MethodRun {
  readonly rebuild: RebuildActions;
  /** Names by id, for what must be found again after it was made anew. */
  readonly nameOf: (id: string) => string;
  readonly onStep?: (step: MethodStep | RerunStep) => void;
  /**
   * What leads back from what is about to be done, to be kept before it is: whoever is killed in between has it then, and the way
   * back passes over what never was.
   */
  readonly keep?: (back: UndoStep) => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * @returns what leads back, in the order in which it is to run.
 * @throws BulkheadError of the step that failed, after everything before it was taken back as far as the engine let it;
 *   `CANCELLED` likewise.
 */
export async function runMethod(
  steps: readonly (MethodStep | RerunStep)[],
  run: MethodRun,
): Promise<readonly UndoStep[]> {
  const undo: UndoStep[] = [];
  const made = new Map<string, string>();
  const idOf = (network: string): string => made.get(network) ?? network;
  try {
    for (const step of steps) {
      run.signal?.throwIfAborted();
      run.onStep?.(step);
      const back = await runStep(step, run, idOf, made);
      undo.unshift(back);
    }
  } catch (thrown) {
    // What can no more be written down must not keep the way back from being gone, nor what fails on it hide why it had to be.
    await undoMethod(undo, {
      rebuild: run.rebuild,
      keep: async (back) => run.keep?.(back).catch(() => undefined),
    }).catch(() => undefined);
    throw thrown;
  }
  return undo;
}

async function runStep(
  step: MethodStep | RerunStep,
  { rebuild, nameOf, keep: keepIt }: MethodRun,
  idOf: (network: string) => string,
  made: Map<string, string>,
): Promise<UndoStep> {
  const keep = async (back: UndoStep): Promise<void> => keepIt?.(back);
  const make = async (key: string, name: string, create: (token: string) => Promise<string>): Promise<UndoStep> => {
    const token = randomBytes(8).toString('hex');
    await keep({ kind: 'remove-network', network: name, token });
    const network = await create(token);
    made.set(key, network);
    const back = { kind: 'remove-network', network } as const;
    // It is found by its token as well, and there it is: what cannot be written now must not leave it behind.
    await keep(back).catch(() => undefined);
    return back;
  };
  switch (step.kind) {
    case 'network-create': {
      const { key, name, like } = step.draft;
      return make(key, name, (token) => rebuild.createNetworkLike(like, name, token));
    }
    case 'network-connect': {
      const network = idOf(step.network);
      const settings = step.aliases.length > 0 ? { Aliases: step.aliases } : {};
      const back = { kind: 'disconnect', network, container: nameOf(step.container) } as const;
      await keep(back);
      await rebuild.connect(network, step.container, { ...settings });
      return back;
    }
    case 'network-disconnect': {
      const network = idOf(step.network);
      const back = (settings: EndpointSettings): UndoStep => ({
        kind: 'connect',
        network,
        container: nameOf(step.container),
        settings: { ...settings },
      });
      return back(await rebuild.disconnect(network, step.container, (settings) => keep(back(settings))));
    }
    case 'network-own':
      return make(step.key, step.name, (token) => rebuild.createNetwork(step.name, token));
    case 'rerun': {
      const { container, without: power, network, publish, what } = step;
      const back = (former: Former): UndoStep => ({ kind: 'as-was', container: nameOf(container), what, former });
      const keeping = { former: (former: Former) => keep(back(former)), giveWay: keep };
      return back(await rebuild.recreateWithout(container, { power, network, publish }, keeping));
    }
    case 'unlink': {
      const without = step.targets.map(nameOf);
      const back = (links: readonly RemovedLink[]): UndoStep => ({
        kind: 'relink',
        container: nameOf(step.container),
        links: [...links],
      });
      const keeping = { former: (links: readonly RemovedLink[]) => keep(back(links)), giveWay: keep };
      const { removed } = await rebuild.recreate(step.container, { without, links: [] }, keeping);
      return back(removed);
    }
  }
}

/**
 * @param run with `keep`, what a container leaves that is made anew on the way back is kept, too.
 * @throws BulkheadError of the first step that failed; those after it were not tried.
 */
export async function undoMethod(
  steps: readonly UndoStep[],
  { rebuild, keep }: Pick<MethodRun, 'rebuild' | 'keep'>,
): Promise<void> {
  const keeping = keep ? { giveWay: keep } : {};
  for (const step of steps) {
    switch (step.kind) {
      case 'remove-network':
        await rebuild.removeNetwork(step.network);
        break;
      case 'disconnect':
        await rebuild.disconnect(step.network, step.container);
        break;
      case 'connect':
        await rebuild.connect(step.network, step.container, step.settings);
        break;
      case 'as-was':
        await rebuild.giveBack(step.container, step.former, keeping);
        break;
      case 'relink':
        await rebuild.recreate(step.container, { without: [], links: step.links }, keeping);
        break;
      case 'restore':
        await rebuild.restore?.(step);
    }
  }
}
