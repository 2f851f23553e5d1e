import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Flow } from './flow.ts';
import type { FlowRunner, Subject } from './runner.ts';

export const FlowRunnerContext = createContext<FlowRunner | null>(null);

export function useFlowRunner(): FlowRunner {
  const runner = useContext(FlowRunnerContext);
  if (!runner) throw new Error('useFlowRunner needs a FlowRunnerContext above it');
  return runner;
}

/** The flow of one subject, as it goes. */
export function useFlow(subject: Subject): Flow {
  const runner = useFlowRunner();
  return useSyncExternalStore(runner.subscribe, () => runner.flow(subject));
}
