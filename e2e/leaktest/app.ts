/**
 * The app without its window, as a process of its own that can be killed: keeps one engine's wire equal to the policy file.
 *
 * It tells its guard's state, a line each time it changes.  Asked by a line on its input, it reads the engine anew, makes the
 * wire true for what it read, and answers with that line: what it told before may be older than the last start.
 */
import { createInterface } from 'node:readline';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';

const [address = '', configDir = ''] = process.argv.slice(2);
const store = createPolicyStore({ configDir });
const session = await openSession({ driver: await openDriver(address), store, follow: true, who: 'app' });
const tell = (more: object): void =>
  void process.stdout.write(`${JSON.stringify({ ...session.guardState(), ...more })}\n`);
session.onChange(() => tell({}));
tell({});
createInterface({ input: process.stdin }).on('line', (settled) => {
  session.driver
    .refresh()
    .then(() => session.settle({}))
    .then(
      () => tell({ settled }),
      () => tell({}),
    );
});
