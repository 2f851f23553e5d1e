import { IconAddressBook, IconServer2, IconServerCog } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceRow, SwarmView } from '../../../../shared/contract/services.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { goTo, hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useLiveValue } from '../../lib/use-live.ts';
import { Copy } from '../../ui/copy.tsx';
import { DetailTabs } from '../../ui/detail-tabs.tsx';
import { Face } from '../../ui/face.tsx';
import { Gone, List, ScreenFrame, Waiting } from '../../ui/list-screen.tsx';
import { ScaleDialog } from '../compose/scale-dialog.tsx';
import '../compose/compose.css';
import { useServiceColumns } from './columns.tsx';
import { NamesScreen } from './names-screen.tsx';
import { NodesTable } from './nodes-table.tsx';
import { ServicePage } from './service-page.tsx';
import { UpdateDialog } from './update-dialog.tsx';
import { useServiceActions, type ServiceDialog } from './use-service-actions.tsx';

const PARTS = [
  { id: 'services', Icon: IconServer2 },
  { id: 'nodes', Icon: IconServerCog },
  { id: 'names', Icon: IconAddressBook },
] as const;

/**
 * What the Swarm runs, on which nodes, and who answers to what name: `#/services`, `#/services/nodes`, `#/services/names`,
 * `#/services/service/NAME/TAB`.
 */
export function ServicesScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { path } = useApp(({ route }) => route);
  const { value: swarm, error } = useLiveValue(watch);
  const [dialog, setDialog] = useState<ServiceDialog | null>(null);
  const actions = useServiceActions(setDialog);
  const part = path[0] === 'nodes' || path[0] === 'names' ? path[0] : 'services';
  const named = path[0] === 'service' ? path[1] : undefined;
  const service = swarm?.services.find(({ id, name }) => name === named || id === named);
  return (
    <ScreenFrame id="services" stale={stale}>
      {named !== undefined && swarm ? (
        service ? (
          <ServicePage service={service} swarm={swarm} tab={path[2]} actions={actions} stale={stale} />
        ) : (
          <Gone id="services" name={named} />
        )
      ) : (
        <>
          <DetailTabs
            label={t('services.label')}
            current={part}
            tabs={PARTS.map(({ id, Icon }) => ({
              id,
              Icon,
              label: t(`services.part.${id}`),
              href: id === 'services' ? hashOf('services') : hashOf('services', id),
            }))}
          />
          {part === 'names' ? (
            <NamesScreen stale={stale} />
          ) : swarm === null ? (
            <Waiting id="services" Icon={IconServer2} error={error} />
          ) : swarm.role !== 'manager' ? (
            <NoManager role={swarm.role} />
          ) : part === 'nodes' ? (
            <NodesTable nodes={swarm.nodes} stale={stale} />
          ) : (
            <Services swarm={swarm} actions={actions} stale={stale} />
          )}
        </>
      )}
      {dialog?.kind === 'scale' && (
        <ScaleDialog
          name={dialog.service.name}
          replicas={dialog.service.desired}
          hint={t('services.scale.hint')}
          onScale={(replicas) => client.services.scale({ id: dialog.service.id, replicas })}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.kind === 'update' && <UpdateDialog service={dialog.service} onClose={() => setDialog(null)} />}
    </ScreenFrame>
  );
}

/** There are no services here, or this node may not know of them: why, and what to do. */
function NoManager({ role }: { readonly role: 'inactive' | 'worker' }): ReactElement {
  const { t } = useTranslation();
  const command = role === 'inactive' ? 'docker swarm init' : 'docker node promote NODE';
  return (
    <Face icon={<IconServer2 size={40} />} title={t(`services.${role}.title`)} text={t(`services.${role}.text`)}>
      <p className="command-line">
        <code>{command}</code> <Copy value={command} label={t('services.copy-command')} />
      </p>
      <a href={hashOf('services', 'names')}>{t('services.to-names')}</a>
    </Face>
  );
}

function Services(props: {
  readonly swarm: SwarmView;
  readonly actions: ReturnType<typeof useServiceActions>;
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const columns = useServiceColumns();
  const { swarm, actions, stale } = props;
  return (
    <List
      id="services"
      Icon={IconServer2}
      rows={swarm.services}
      rowId={idOf}
      rowName={nameOf}
      rowData={dataOf}
      columns={columns}
      actions={actions}
      groupOf={stackOf}
      groupTitle={(stack) => stack || t('services.no-stack')}
      onOpen={open}
      stale={stale}
      count={t('services.count', { count: swarm.services.length })}
    />
  );
}

const watch = (client: Client, signal: AbortSignal) => client.services.watch(undefined, { signal });
const idOf = ({ id }: ServiceRow): string => id;
const nameOf = ({ name }: ServiceRow): string => name;
const stackOf = ({ project }: ServiceRow): string => project;
const open = ({ name }: ServiceRow): void => goTo('services', 'service', name);
const dataOf = ({ name, running, desired }: ServiceRow) => ({
  'data-testid': 'service-row',
  'data-name': name,
  'data-running': String(running),
  'data-desired': String(desired),
});
