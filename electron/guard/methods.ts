/** Runs the steps of a method, and goes back: at once where one fails, later where the user wants it. */
import type { MethodStep } from '../../shared/methods/model.ts';
import type { EndpointSettings, RebuildActions, RemovedLink } from '../engine/driver.ts';

/** One step back.  Plain data, so that it can be kept and used by another process. */
export type UndoStep =
  | { readonly kind: 'remove-network'; readonly network: string }
  | { readonly kind: 'disconnect'; readonly network: string; readonly container: string }
  | {
      readonly kind: 'connect';
      readonly network: string;
      readonly container: string;
      readonly settings: EndpointSettings;
    }
  /** By name: who is made anew gets another id. */
  | { readonly kind: 'relink'; readonly container: string; readonly links: readonly RemovedLink[] };

export interface MethodRun {
  readonly rebuild: RebuildActions;
  /** Names by id, for what must be found again after it was made anew. */
  readonly nameOf: (id: string) => string;
  readonly onStep?: (step: MethodStep) => void;
  readonly signal?: AbortSignal;
}

/**
 * @returns what leads back, in the order in which it is to run.
 * @throws BulkheadError of the step that failed, after everything before it was taken back; `CANCELLED` likewise.
 */
export async function runMethod(steps: readonly MethodStep[], run: MethodRun): Promise<readonly UndoStep[]> {
  const undo: UndoStep[] = [];
  const made = new Map<string, string>();
  const idOf = (network: string): string => made.get(network) ?? network;
  try {
    for (const step of steps) {
      run.signal?.throwIfAborted();
      run.onStep?.(step);
      undo.unshift(await runStep(step, run, idOf, made));
    }
  } catch (thrown) {
    await undoMethod(undo, run);
    throw thrown;
  }
  return undo;
}

async function runStep(
  step: MethodStep,
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
      await rebuild.connect(network, step.container, settings);
      return { kind: 'disconnect', network, container: nameOf(step.container) };
    }
    case 'network-disconnect': {
      const network = idOf(step.network);
      const settings = await rebuild.disconnect(network, step.container);
      return { kind: 'connect', network, container: nameOf(step.container), settings };
    }
    default: {
      const without = step.targets.map(nameOf);
      const { removed } = await rebuild.recreate(step.container, { without, links: [] });
      return { kind: 'relink', container: nameOf(step.container), links: removed };
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
      default:
        await rebuild.recreate(step.container, { without: [], links: step.links });
    }
  }
}
