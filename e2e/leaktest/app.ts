/** The app without its window, as a process of its own that can be killed: keeps one engine's wire equal to the policy file. */
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';

const [address = '', configDir = ''] = process.argv.slice(2);
const store = createPolicyStore({ configDir });
const session = await openSession({ driver: await openDriver(address), store, follow: true, who: 'app' });
const tell = (): void => void process.stdout.write(`${JSON.stringify(session.guardState())}\n`);
session.onChange(tell);
tell();
