/** What the desk's tests stand on: a folder of its own for each, and the tray of the stand-in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE } from '../../shared/actions/test-input.ts';
import type { Change } from '../../shared/contract/schemas.ts';
import type { Core } from '../app/core.ts';
import { fakeCore } from '../bridge/fake-core.ts';
import { openDesk, type DeskOptions } from './desk.ts';
import type { MenuItem } from './electron-apis.ts';
import { itemOf, standIn, type StandInOptions } from './stand-in.ts';
import { NO_FEED } from './update-feed.ts';

const NO_UPDATES: DeskOptions['updates'] = {
  feed: NO_FEED,
  load: () => Promise.reject(new Error('nothing may be loaded')),
};

/** Of the runner of the tests. */
interface Hooks {
  readonly beforeEach: (work: () => void) => unknown;
  readonly afterEach: (work: () => Promise<void>) => unknown;
}

/** To be called once in a file of tests; each test gets a folder, and what it opened is closed after it. */
export function deskRig({ beforeEach, afterEach }: Hooks) {
  let folder = '';
  const ends: (() => Promise<void> | void)[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-desk-'));
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  function desk(core: Core, given: Partial<StandInOptions> & Partial<Pick<DeskOptions, 'platform' | 'updates'>> = {}) {
    const { platform = 'linux', updates = NO_UPDATES, ...rest } = given;
    const desktop = standIn({ userData: folder, ...rest });
    const shown: (string | undefined)[] = [];
    const { electron } = desktop;
    const opened = openDesk({
      electron,
      core,
      platform,
      iconsDir: '/icons',
      program: ['/opt/Bulk head/bulkhead'],
      show: (hash) => void shown.push(hash),
      updates,
    });
    ends.push(() => opened.close());
    const [tray] = desktop.trays;
    if (!tray) throw new Error('no tray');
    const click = (...path: readonly string[]): void => {
      const item = itemOf(tray.items, ...path);
      if (item.enabled === false) throw new Error(`${path.join(' > ')} cannot be chosen`);
      item.click?.();
    };
    return { ...desktop, tray, shown, click, opened };
  }

  return { desk, ends, folder: () => folder };
}

export const labels = (items: readonly MenuItem[] | undefined): readonly (string | undefined)[] =>
  (items ?? []).map(({ label, role, type }) => label ?? role ?? type);

/** A core whose changes are only remembered. */
export function recording() {
  const core = fakeCore();
  const applied: [Change, string | undefined][] = [];
  const outcomes: (() => Promise<boolean>)[] = [];
  const policy: Core['policy'] = {
    plan: core.policy.plan,
    apply: async (change, { onEvent }, who) => {
      applied.push([change, who]);
      const holds = await (outcomes.shift() ?? (() => Promise.resolve(true)))();
      onEvent({ kind: 'done', holds, agree: 1, disagree: holds ? 0 : 1, errors: 0 });
    },
  };
  core.setState({ phase: 'connected', engine: ENGINE });
  return { core: { ...core, policy }, set: core, applied, outcomes };
}
