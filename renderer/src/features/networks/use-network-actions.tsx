import { IconGridDots, IconNetwork, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkRow } from '../../../../shared/contract/networks.ts';
import { useClient } from '../../lib/client-context.tsx';
import { goTo, matrixOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';
import { offersForWhole, selectorOf, type WholeOffer } from '../../../../shared/actions/standing.ts';
import { useAsk } from '../changes/use-ask.ts';
import { useLimit } from '../changes/use-limit.ts';
import { WHOLE_ICONS } from '../changes/whole-items.tsx';

/** @param onConnect asks which container */
export function useNetworkActions(onConnect: (network: NetworkRow) => void): readonly TableAction<NetworkRow>[] {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  const ask = useAsk();
  const limit = useLimit('guard');
  const standing = useApp(({ frame }) => frame?.standing ?? null);
  return useMemo((): readonly TableAction<NetworkRow>[] => {
    const offerOf = ({ name, driver }: NetworkRow): WholeOffer | undefined =>
      standing && driver !== 'host' && driver !== 'null'
        ? offersForWhole({ kind: 'network', name }, standing)[0]
        : undefined;
    const remove = async (networks: readonly NetworkRow[]): Promise<void> => {
      const names = networks.map(({ name }) => name);
      const answer = await confirm({
        title:
          names.length === 1
            ? t('networks.remove.one', { name: names[0] ?? '' })
            : t('networks.remove.many', { count: names.length }),
        text: t('networks.remove.text'),
        ...(names.length > 1 ? { losses: names } : {}),
        confirm: t('networks.action.remove'),
      });
      if (answer) await client.networks.remove({ ids: networks.map(({ id }) => id) });
    };
    return [
      {
        id: 'open',
        harmless: true,
        label: t('networks.action.open'),
        icon: <IconNetwork size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([network]) => network && goTo('networks', network.name),
      },
      {
        id: 'matrix',
        harmless: true,
        label: t('networks.action.matrix'),
        icon: <IconGridDots size={16} aria-hidden />,
        single: true,
        isFor: ({ members }) => members.length > 0,
        run: ([network]) => network && void (window.location.hash = matrixOf(network.name)),
      },
      {
        id: 'connect',
        label: t('networks.action.connect'),
        icon: <IconPlugConnected size={16} aria-hidden />,
        single: true,
        isFor: ({ driver, scope, attachable }) =>
          driver !== 'host' && driver !== 'null' && (scope !== 'swarm' || attachable),
        run: ([network]) => network && onConnect(network),
      },
      ...(['guard', 'unguard'] as const).map((kind): TableAction<NetworkRow> => {
        const Icon = WHOLE_ICONS[kind];
        return {
          id: kind,
          label: t(`standing.offer.one.${kind}`),
          icon: <Icon size={16} aria-hidden />,
          single: true,
          isFor: (network) => offerOf(network)?.kind === kind && (kind === 'unguard' || limit === null),
          run: ([network]) => {
            const offer = network && offerOf(network);
            if (offer) ask({ name: selectorOf({ kind: 'network', name: network.name }) }, offer.change, network.name);
          },
        };
      }),
      {
        id: 'remove',
        label: t('networks.action.remove'),
        icon: <IconTrash size={16} aria-hidden />,
        danger: true,
        divided: true,
        isFor: ({ builtin }) => !builtin,
        run: (networks) =>
          void remove(networks).catch((thrown: unknown) => report(t('networks.action.remove'), thrown)),
      },
    ];
  }, [ask, client, confirm, limit, onConnect, report, standing, t]);
}
