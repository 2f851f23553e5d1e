/** Writes down what happens to a core that runs for long: engines that come and go, a guard that fails or stands aside, crashes. */
import type { EngineState, GuardState } from '../../shared/contract/schemas.ts';
import { openLog, writeCrash } from '../store/log-file.ts';
import type { Core } from './core.ts';

export interface KeepLogOptions {
  readonly configDir: string;
  readonly version: string;
  /** Where uncaught errors are told; tells of them and leaves what happens then as it is. */
  readonly process: Pick<NodeJS.Process, 'on' | 'off'>;
}

/** @returns the way to stop */
export function keepLog(
  core: Pick<Core, 'engine' | 'matrix'>,
  { configDir, version, process }: KeepLogOptions,
): () => void {
  const log = openLog({ configDir });
  let said = '';
  let guarded = '';
  const say = (state: EngineState): void => {
    const line = engineLine(state);
    if (line !== said) log.write(line);
    said = line;
  };
  const sayGuard = (guard: GuardState): void => {
    const line = guardLine(guard);
    if (line !== guarded) log.write(line);
    guarded = line;
  };
  const onCrash = (thrown: unknown): void => {
    const file = writeCrash({ configDir, version, thrown, at: new Date() });
    log.write(
      `crashed: ${thrown instanceof Error ? thrown.message : String(thrown)}${file === null ? '' : ` (${file})`}`,
    );
  };
  log.write(`Bulkhead ${version} starts`);
  say(core.engine.state());
  process.on('uncaughtExceptionMonitor', onCrash);
  const stops = [core.engine.onState(say), core.matrix.onFrame(({ guard }) => sayGuard(guard))];
  return () => {
    for (const stop of stops) stop();
    process.off('uncaughtExceptionMonitor', onCrash);
    log.write('Bulkhead ends');
  };
}

function engineLine(state: EngineState): string {
  switch (state.phase) {
    case 'connecting':
      return `engine: connecting to ${state.address === '' ? 'the first that answers' : state.address}`;
    case 'connected':
      return `engine: connected to ${state.engine.address}, ${state.engine.version}`;
    case 'reconnecting':
      return `engine: lost ${state.engine.address}: ${state.error.code} ${state.error.message}`;
    case 'failed':
      return `engine: none: ${state.error.code} ${state.error.message}`;
  }
}

/** Only what changes seldom: counts of pairs come and go with every container. */
function guardLine({ phase, error, pause }: GuardState): string {
  switch (phase) {
    case 'failing':
      return `guard: ${error ? `${error.code} ${error.message}` : 'not everything is held'}`;
    case 'paused': {
      const until = pause?.until ?? null;
      return `guard: paused until ${until === null ? 'it is resumed' : new Date(until).toISOString()}`;
    }
    case 'working':
      return 'guard: works';
    case 'idle':
    case 'holding':
      return 'guard: holds';
  }
}
