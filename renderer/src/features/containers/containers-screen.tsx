import { IconBox } from '@tabler/icons-react';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import { goTo } from '../../lib/route.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { Face } from '../../ui/face.tsx';
import { IsolationItems } from '../changes/isolation-items.tsx';
import { useAsk } from '../changes/use-ask.ts';
import { isUpState } from './actions.ts';
import { useContainerColumns } from './columns.tsx';
import { useAct, useContainerActions } from './use-container-actions.tsx';

/** Every container of the engine, under its Compose project. */
export function ContainersScreen(props: {
  readonly containers: readonly ContainerView[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { containers, stale } = props;
  const act = useAct();
  const ask = useAsk();
  const columns = useContainerColumns(act);
  const actions = useContainerActions(act);
  const running = containers.filter(({ state }) => isUpState(state)).length;
  const open = useCallback(({ name }: ContainerView) => goTo('containers', name), []);
  return (
    <div className="containers-screen" data-stale={stale} data-testid="containers">
      <DataTable
        id="containers"
        label={t('containers.label')}
        searchLabel={t('containers.search')}
        rows={containers}
        rowId={idOf}
        rowName={nameOf}
        rowData={dataOf}
        columns={columns}
        actions={actions}
        moreItems={(container) => <IsolationItems endpoint={container} disabled={stale} ask={ask} />}
        groupOf={projectOf}
        groupTitle={(project) => project || t('containers.no-project')}
        onOpen={open}
        stale={stale}
        toolbar={<span className="quiet">{t('containers.count', { count: containers.length, running })}</span>}
        empty={
          <Face icon={<IconBox size={40} />} title={t('containers.empty.title')} text={t('containers.empty.text')} />
        }
      />
    </div>
  );
}

const idOf = ({ id }: ContainerView): string => id;
const nameOf = ({ name }: ContainerView): string => name;
const projectOf = ({ project }: ContainerView): string => project;
const dataOf = ({ name, state, health }: ContainerView) => ({
  'data-testid': 'container-row',
  'data-name': name,
  'data-state': state,
  'data-health': health ?? '',
});
