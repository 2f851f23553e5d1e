/**
 * Run in an engine's own network namespace, as the app would be on the engine's machine: asks for catalogues and prints
 * what the topology holds then.  One argument: the engine's address.
 */
import { openDriver } from '../../electron/app/open-driver.ts';

const driver = await openDriver(process.argv[2]);
const before = driver.topology().catalogues ?? [];
const discovery = await driver.discover?.(AbortSignal.timeout(20_000));
process.stdout.write(JSON.stringify({ before, discovery, catalogues: driver.topology().catalogues ?? [] }));
await driver.close();
