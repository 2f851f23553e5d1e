/** Carries out what was chosen in the tray.  Changes run through the core as the tray's, so that the journal says so. */
import { actionOf, type ActionId, type Deed } from '../../shared/actions/registry.ts';
import type { Say } from '../../shared/actions/say.ts';
import { contextOf, type TrayDeed } from '../../shared/actions/tray.ts';
import { entryToUndo } from '../../shared/contract/journal.ts';
import type { ApplyEvent, Change } from '../../shared/contract/schemas.ts';
import type { Language } from '../../shared/contract/desktop.ts';
import { toErrorShape } from '../../shared/errors.ts';
import type { Core } from '../app/core.ts';
import type { ElectronApis } from './electron-apis.ts';
import { failureIn, obstacleIn } from './texts.ts';

export type DeskCore = Pick<Core, 'app' | 'desktop' | 'engine' | 'journal' | 'matrix' | 'policy' | 'settings'>;

export interface DeedsOptions {
  readonly core: DeskCore;
  readonly electron: Pick<ElectronApis, 'ask'>;
  readonly say: () => Say;
  readonly language: () => Language;
  /** Shows the window, at this place of the page where one is given. */
  readonly show: (hash?: string) => void;
  readonly tell: (title: string, body: string) => void;
  /** What only the shell itself can do. */
  readonly onShell: (what: Extract<TrayDeed, { kind: 'shell' }>['what']) => void;
  /** Aborts when the app quits. */
  readonly signal: AbortSignal;
}

export interface Deeds {
  /** Resolves when it is done or given up; never rejects: what went wrong is told. */
  perform(deed: TrayDeed): Promise<void>;
  /** The same for a native menu, whose changes the page shows before they are made. */
  choose(id: ActionId): void;
}

type Asked = 'isolate' | 'release' | 'pause' | 'resume';

const ABOUT = {
  isolate: 'action.isolate-all',
  release: 'action.release-all',
  pause: 'ask.everything.pause.yes',
  resume: 'action.resume',
} as const satisfies Record<Asked, string>;

function kindOf([first]: readonly Change[]): Asked {
  const action = first?.action;
  return action === 'release' || action === 'pause' || action === 'resume' ? action : 'isolate';
}

function hashOf({ screen, query = {} }: Extract<Deed, { kind: 'go' }>): string {
  const said = new URLSearchParams(query).toString();
  return said === '' ? `#/${screen}` : `#/${screen}?${said}`;
}

export function createDeeds({ core, electron, say, language, show, tell, onShell, signal }: DeedsOptions): Deeds {
  const apply = async (change: Change, about: string): Promise<void> => {
    let done: Extract<ApplyEvent, { kind: 'done' }> | null = null;
    const onEvent = (event: ApplyEvent): void => void (event.kind === 'done' && (done = event));
    try {
      await core.policy.apply(change, { signal, onEvent }, 'tray');
    } catch (thrown) {
      if (signal.aborted) return;
      tell(say()('notice.failed.title', { what: about }), failureIn(language(), toErrorShape(thrown)));
      return;
    }
    const { holds } = done ?? { holds: false };
    tell(say()(holds ? 'notice.done.title' : 'notice.fails.title', { what: about }), '');
  };

  /** @returns whether the user, having read what it does, wants it */
  const isWanted = async (changes: readonly Change[]): Promise<boolean> => {
    const kind = kindOf(changes);
    const plans = await Promise.all(changes.map((change) => core.policy.plan(change)));
    const pairs = new Set(plans.flatMap((plan) => plan.pairs.map(({ from, to }) => JSON.stringify([from, to]))));
    const words = say();
    const pressed = await electron.ask({
      type: 'warning',
      title: 'Bulkhead',
      message: words(`ask.everything.${kind}.title`),
      detail: [
        words(`ask.everything.${kind}.text`),
        words('ask.pairs', { count: pairs.size }),
        ...new Set(plans.flatMap(({ obstacles }) => obstacles.map((one) => obstacleIn(language(), one)))),
      ].join('\n\n'),
      buttons: [words(`ask.everything.${kind}.yes`), words('ask.cancel')],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    return pressed === 0;
  };

  const changeAll = async (changes: readonly Change[]): Promise<void> => {
    const about = say()(ABOUT[kindOf(changes)]);
    try {
      // What makes the policy true again is nothing to think twice about.
      if (changes[0]?.action !== 'resume' && !(await isWanted(changes))) return;
    } catch (thrown) {
      tell(say()('notice.failed.title', { what: about }), failureIn(language(), toErrorShape(thrown)));
      return;
    }
    // Each waits for the one before: two changes of one file at a time would be planned on what is no longer so.
    for (const change of changes) await apply(change, about);
  };

  const performHere = async (deed: Deed): Promise<void> => {
    switch (deed.kind) {
      case 'go':
        show(hashOf(deed));
        return;
      case 'change':
        return changeAll(deed.changes);
      case 'undo': {
        const what = say()('action.undo');
        try {
          const { id } = entryToUndo(core.journal.entries() ?? [], undefined);
          await apply({ action: 'undo', entry: id }, what);
        } catch (thrown) {
          tell(say()('notice.failed.title', { what }), failureIn(language(), toErrorShape(thrown)));
        }
        return;
      }
      case 'engine':
        try {
          await (deed.what === 'retry' ? core.engine.retry() : core.engine.use('demo'));
        } catch (thrown) {
          const what = say()(`action.${deed.what}`);
          tell(say()('notice.failed.title', { what }), failureIn(language(), toErrorShape(thrown)));
        }
        return;
      case 'page':
        show();
        core.desktop.ask(deed.what);
    }
  };

  return {
    perform: async (deed) => {
      if (deed.kind === 'shell') onShell(deed.what);
      else if (deed.kind === 'quick') await apply(deed.change, deed.about);
      else await performHere(deed);
    },
    choose: (id) => {
      const { engine, matrix, journal } = core;
      const deed = actionOf(id).deed(
        contextOf({ engine: engine.state(), frame: matrix.frame(), journal: journal.entries() }),
      );
      if (deed?.kind === 'go' && deed.query === undefined) {
        show(`#/${deed.screen}`);
        return;
      }
      show();
      core.desktop.ask(id);
    },
  };
}
