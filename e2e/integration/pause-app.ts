/**
 * An app that keeps one engine's wire true, in a process of its own so that it can be killed: each line of its standard input is
 * a change to make, each line of its output says how the guard stands or what came of a change.  Settings come by the environment.
 */
import { createInterface } from 'node:readline';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { change as changeSchema } from '../../shared/contract/schemas.ts';

const { PAUSE_ENGINE = '', PAUSE_CONFIG = '' } = process.env;

const session = await openSession({
  driver: await openDriver(PAUSE_ENGINE),
  store: createPolicyStore({ configDir: PAUSE_CONFIG }),
  follow: true,
});
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const tellGuard = (): void => tell({ guard: session.guardState() });
session.onChange(tellGuard);
tellGuard();
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const change = changeSchema.parse(JSON.parse(line));
    const { obstacles } = await session.plan(change);
    tell({ planned: obstacles.map(({ rule }) => rule) });
    tell({ tally: await session.apply(change, {}) });
  } catch (thrown) {
    tell({ failed: String(thrown) });
  }
}
await session.close();
process.exit(0);
