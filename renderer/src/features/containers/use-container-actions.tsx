import { IconBolt, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView, LifecycleAction } from '../../../../shared/contract/containers.ts';
import { useClient } from '../../lib/client-context.tsx';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';
import { actionsFor, isUpState, needsConfirmation } from './actions.ts';

export const ACTION_ICONS = {
  start: IconPlayerPlay,
  unpause: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconRefresh,
  pause: IconPlayerPause,
  kill: IconBolt,
  remove: IconTrash,
} as const;

const ORDER = ['start', 'unpause', 'stop', 'restart', 'pause', 'kill', 'remove'] as const;

/** As much of a container as is needed to ask about it. */
export type Acted = Pick<ContainerView, 'id' | 'name' | 'state'>;

export type Act = (containers: readonly Acted[], action: LifecycleAction) => void;

/** Does something to containers as a job, after asking where something would be lost. */
export function useAct(): Act {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  return useCallback(
    (containers, action) => {
      const names = containers.map(({ name }) => name);
      const title = t('containers.action-on', {
        action: t(`containers.action.${action}`),
        name: names.length === 1 ? (names[0] ?? '') : t('containers.some', { count: names.length }),
      });
      const run = async (): Promise<void> => {
        let chosen: ReadonlySet<string> = new Set();
        if (needsConfirmation(action)) {
          const running = containers.some(({ state }) => isUpState(state));
          const answer = await confirm({
            title: t('containers.confirm.title', { about: title }),
            text: [
              t(`containers.confirm.${action}`),
              ...(action === 'remove' && running ? [t('containers.confirm.running')] : []),
            ].join(' '),
            ...(names.length > 1 ? { losses: names } : {}),
            confirm: t(`containers.action.${action}`),
            options: action === 'remove' ? [{ id: 'volumes', label: t('containers.confirm.volumes') }] : [],
          });
          if (!answer) return;
          chosen = answer;
        }
        try {
          await client.containers.act({
            ids: containers.map(({ id }) => id),
            action,
            ...(action === 'remove' ? { force: true, volumes: chosen.has('volumes') } : {}),
          });
        } catch (thrown) {
          report(title, thrown);
        }
      };
      void run();
    },
    [client, confirm, report, t],
  );
}

/** The same as actions of a table. */
export function useContainerActions(act: Act): readonly TableAction<ContainerView>[] {
  const { t } = useTranslation();
  return useMemo(
    () =>
      ORDER.map((action): TableAction<ContainerView> => {
        const Icon = ACTION_ICONS[action];
        return {
          id: action,
          label: t(`containers.action.${action}`),
          icon: <Icon size={16} aria-hidden />,
          danger: action === 'remove',
          divided: action === 'remove',
          isFor: ({ state }) => actionsFor(state).includes(action),
          run: (rows) => act(rows, action),
        };
      }),
    [act, t],
  );
}
