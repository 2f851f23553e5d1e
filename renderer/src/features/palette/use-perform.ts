/** Carries out what was chosen in the palette, by a shortcut, or in a native menu. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Change } from '../../../../shared/contract/schemas.ts';
import { selectorOf } from '../../../../shared/actions/standing.ts';
import { useEngines } from '../../lib/use-engines.ts';
import { useClient } from '../../lib/client-context.tsx';
import { goTo, goToQuery } from '../../lib/route.ts';
import { useAppStore } from '../../lib/store.ts';
import { useReport } from '../../lib/use-report.ts';
import { useSetSettings } from '../../lib/use-settings.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import { GUARD } from '../changes/pause-menu.tsx';
import { CLEARING, useAsk } from '../changes/use-ask.ts';
import { changeWords } from '../history/words.ts';
import { useAct } from '../containers/use-container-actions.tsx';
import type { EntryDeed } from './entries.ts';

export type Opened = 'palette' | 'shortcuts';

export type Perform = (deed: EntryDeed) => void;

/** @param open shows one of the two dialogs. */
export function usePerform(open: (dialog: Opened) => void): Perform {
  const { t } = useTranslation();
  const client = useClient();
  const store = useAppStore();
  const ask = useAsk();
  const act = useAct();
  const confirm = useConfirm();
  const report = useReport();
  const { choose, retry } = useEngines();
  const set = useSetSettings();

  const changeAll = useCallback(
    async (changes: readonly Change[]): Promise<void> => {
      const [first] = changes;
      if (!first) return;
      if (changes.length === 1 && 'name' in first) {
        ask(
          { name: selectorOf({ kind: 'everything' }) },
          first,
          first.name === 'all' ? t('standing.everything') : first.name,
        );
        return;
      }
      if (first.action === 'pause' || first.action === 'resume') {
        ask(GUARD, first, t(first.action === 'pause' ? 'tray.pause' : 'action.resume'));
        return;
      }
      if (first.action === 'clear') {
        ask(CLEARING, first, t('action.clear'));
        return;
      }
      // Only a release is of several names.
      const title = t('action.release-all');
      const answer = await confirm({
        title: t('ask.everything.release.title'),
        text: t('ask.everything.release.text'),
        losses: changes.flatMap((change) => ('name' in change ? [change.name] : [])),
        confirm: t('ask.everything.release.yes'),
      });
      if (!answer) return;
      try {
        for (const change of changes) {
          // Read to its end, which is that of the change.
          for await (const event of await client.policy.apply(change)) void event;
        }
      } catch (thrown) {
        report(title, thrown);
      }
    },
    [ask, client, confirm, report, t],
  );

  return useCallback(
    (deed) => {
      switch (deed.kind) {
        case 'go':
          goToQuery(deed.screen, deed.query ?? {});
          return;
        case 'open':
          goTo(deed.screen, ...deed.path);
          return;
        case 'ask':
          ask(deed.subject, deed.change, deed.about);
          return;
        case 'act':
          act([deed.container], deed.action);
          return;
        case 'change':
          void changeAll(deed.changes);
          return;
        case 'undo': {
          const history = store.getState().history ?? [];
          const entry = history.find(({ undoable, change }) => undoable && change.action !== 'undo');
          if (!entry) return;
          ask({ entry: entry.id }, { action: 'undo', entry: entry.id }, changeWords(t, entry.change, history));
          return;
        }
        case 'engine':
          if (deed.what === 'retry') retry();
          else choose('demo');
          return;
        case 'page':
          switch (deed.what) {
            case 'palette':
            case 'shortcuts':
              return open(deed.what);
            case 'light':
            case 'dark':
              return set({ look: { theme: deed.what } });
            case 'system-scheme':
              return set({ look: { theme: 'system' } });
            case 'english':
              return set({ look: { language: 'en' } });
            case 'chinese':
              return set({ look: { language: 'zh-CN' } });
          }
      }
    },
    [act, ask, changeAll, choose, open, retry, set, store, t],
  );
}
