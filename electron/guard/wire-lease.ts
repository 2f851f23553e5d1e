/**
 * Who needs the wire of a driver.  When nobody has for a while, it is closed and the helper goes: an engine without
 * rules has nothing of ours running.
 */
import type { EngineDriver, Wire, WireCapabilities, WireOptions } from '../engine/driver.ts';

/** Long enough that a change followed by its verification starts one helper, not two (ms). */
const LINGER_MS = 20_000;

export interface Lease {
  readonly wire: Wire;
  /** Harmless twice. */
  release(): void;
}

interface Users {
  /** What the last wire could do: a machine does not change much while nobody looks. */
  capabilities: WireCapabilities | null;
  count: number;
  wire: Wire | null;
  timer: NodeJS.Timeout | undefined;
}

const usersOf = new WeakMap<EngineDriver, Users>();

/** @throws BulkheadError as `EngineDriver.openWire` does. */
export async function leaseWire(driver: EngineDriver, options: WireOptions): Promise<Lease> {
  const users = usersOf.get(driver) ?? { capabilities: null, count: 0, wire: null, timer: undefined };
  usersOf.set(driver, users);
  clearTimeout(users.timer);
  users.count += 1;
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    users.count -= 1;
    if (users.count > 0 || users.wire === null) return;
    users.timer = setTimeout(() => void closeWire(driver), LINGER_MS);
    users.timer.unref();
  };
  try {
    users.wire = await driver.openWire(options);
    users.capabilities = users.wire.capabilities;
    return { wire: users.wire, release };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/** What the wire of that driver could do when it was last open; null: it never was. */
export function lastCapabilities(driver: EngineDriver): WireCapabilities | null {
  return usersOf.get(driver)?.capabilities ?? null;
}

/** Closes the wire now unless somebody else uses it; the helper goes with it. */
export async function closeWire(driver: EngineDriver): Promise<void> {
  const users = usersOf.get(driver);
  if (!users || users.count > 0) return;
  clearTimeout(users.timer);
  const { wire } = users;
  users.wire = null;
  await wire?.close({ stopHelper: true });
}
