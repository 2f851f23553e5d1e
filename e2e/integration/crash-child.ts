/**
 * Makes one change of the policy (or a container anew) on a real engine, and ends itself without a word at the given point: what a crash, a power
 * cut or `kill -9` would do there.  Settings come by the environment.
 */
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession } from '../../electron/app/session.ts';
import type { EngineDriver, Wire } from '../../electron/engine/driver.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { change as changeSchema } from '../../shared/contract/schemas.ts';
import { passRequests } from './pass-requests.ts';

const { CRASH_AT = '', CRASH_ENGINE = '', CRASH_CONFIG = '', CRASH_CHANGE = '', CRASH_REPLACE = '' } = process.env;

const reach = (point: string): void => {
  // The system ends this process before the call returns.
  if (point === CRASH_AT) process.kill(process.pid, 'SIGKILL');
};

/** The same driver, whose wire takes one table at a time and passes a point before and after each. */
function passingPoints(driver: EngineDriver): EngineDriver {
  let tables = 0;
  const loadOne = async (work: () => ReturnType<Wire['load']>): ReturnType<Wire['load']> => {
    tables += 1;
    reach(`before table ${tables}`);
    const results = await work();
    reach(`after table ${tables}`);
    return results;
  };
  const passing = (wire: Wire): Wire => {
    const load: Wire['load'] = async (wanted, places, remove) => {
      const results: Awaited<ReturnType<Wire['load']>>[number][] = [];
      for (const table of wanted) results.push(...(await loadOne(() => wire.load([table], places, []))));
      for (const place of remove) results.push(...(await loadOne(() => wire.load([], places, [place]))));
      return results;
    };
    const keep: NonNullable<Wire['keep']> = async (script) => {
      reach('before the keeper');
      await wire.keep?.(script);
      reach('after the keeper');
    };
    const sweep: NonNullable<Wire['sweep']> = async (places) => {
      reach('before the sweep');
      const swept = await wire.sweep?.(places);
      reach('after the sweep');
      return swept ?? [];
    };
    return Object.assign(Object.create(wire) as Wire, { load, keep, sweep });
  };
  const openWire: EngineDriver['openWire'] = async (options) => passing(await driver.openWire(options));
  return Object.assign(Object.create(driver) as EngineDriver, { openWire });
}

const session = await openSession({
  driver: passingPoints(await openDriver(CRASH_ENGINE)),
  store: createPolicyStore({ configDir: CRASH_CONFIG, onStep: reach }),
  follow: false,
  who: 'cli',
  onStep: reach,
});
passRequests(reach);
if (CRASH_REPLACE === '') await session.apply(changeSchema.parse(JSON.parse(CRASH_CHANGE)), {});
else {
  const spec = await session.driver.manage.containers.specOf(CRASH_REPLACE);
  const id = session.topology().endpoints.find(({ name }) => name === CRASH_REPLACE)?.id ?? '';
  await session.replace(id, { ...spec, env: [{ name: 'MADE', value: 'anew' }] });
}
await session.close();
process.exit(0);
