/** Runs the steps of a method, and goes back: at once where one fails, later where the user wants it. */
import type { MethodStep, RerunStep } from '../../shared/methods/model.ts';
import type { UndoStep } from '../../shared/contract/journal.ts';
import type { RebuildActions } from '../engine/driver.ts';

export interface MethodRun {
  readonly rebuild: RebuildActions;
  /** Names by id, for what must be found again after it was made anew. */
  readonly nameOf: (id: string) => string;
  readonly onStep?: (step: MethodStep | RerunStep) => void;
  /** What leads back from the step just done, to be kept before the next one; null: all was taken back. */
  readonly onDone?: (back: UndoStep | null) => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * @returns what leads back, in the order in which it is to run.
 * @throws BulkheadError of the step that failed, after everything before it was taken back; `CANCELLED` likewise.
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
      await run.onDone?.(back);
    }
  } catch (thrown) {
    await undoMethod(undo, run);
    await run.onDone?.(null).catch(() => undefined);
    throw thrown;
  }
  return undo;
}

async function runStep(
  step: MethodStep | RerunStep,
  { rebuild, nameOf }: MethodRun,
  idOf: (network: string) => string,
  made: Map<string, string>,
): Promise<UndoStep> {
  switch (step.kind) {
    case 'network-create': {
      const network = await rebuild.createNetworkLike(step.draft.like, step.draft.name);
      made.set(step.draft.key, network);
      return { kind: 'remove-network', network };
    }
    case 'network-connect': {
      const network = idOf(step.network);
      const settings = step.aliases.length > 0 ? { Aliases: step.aliases } : {};
      await rebuild.connect(network, step.container, { ...settings });
      return { kind: 'disconnect', network, container: nameOf(step.container) };
    }
    case 'network-disconnect': {
      const network = idOf(step.network);
      const settings = await rebuild.disconnect(network, step.container);
      return { kind: 'connect', network, container: nameOf(step.container), settings: { ...settings } };
    }
    case 'network-own': {
      const network = await rebuild.createNetwork(step.name);
      made.set(step.key, network);
      return { kind: 'remove-network', network };
    }
    case 'rerun': {
      const { container, without: power, network, publish } = step;
      const former = await rebuild.recreateWithout(container, { power, network, publish });
      return { kind: 'as-was', container: nameOf(container), what: step.what, former };
    }
    case 'unlink': {
      const without = step.targets.map(nameOf);
      const { removed } = await rebuild.recreate(step.container, { without, links: [] });
      return { kind: 'relink', container: nameOf(step.container), links: [...removed] };
    }
  }
}

/** @throws BulkheadError of the first step that failed; those after it were not tried. */
export async function undoMethod(steps: readonly UndoStep[], { rebuild }: Pick<MethodRun, 'rebuild'>): Promise<void> {
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
        await rebuild.giveBack(step.container, step.former);
        break;
      case 'relink':
        await rebuild.recreate(step.container, { without: [], links: step.links });
    }
  }
}
