import { Button } from '@mantine/core';
import { IconBox, IconPlayerPlay } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import { goTo, replaceQuery } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';
import { Face } from '../../ui/face.tsx';
import { WhatIs } from '../../ui/what-is.tsx';
import { IsolationItems } from '../changes/isolation-items.tsx';
import { ProjectMenu } from '../changes/project-menu.tsx';
import { useAsk } from '../changes/use-ask.ts';
import { ProjectLink } from '../compose/project-link.tsx';
import { isUpState } from './actions.ts';
import { useContainerColumns } from './columns.tsx';
import { ContainerDetail } from './detail/container-detail.tsx';
import { NameDialog, type NameQuestion } from './name-dialog.tsx';
import { RunDialog } from './run/run-dialog.tsx';
import { StatsContext, useStatsOf } from './stats/use-stats.tsx';
import { useAct, useContainerActions, type Act } from './use-container-actions.tsx';
import { useMoreActions } from './use-more-actions.tsx';

/** Every container of the engine, or one of them, as the page's address says. */
export function ContainersScreen(props: {
  readonly containers: readonly ContainerView[];
  readonly stale: boolean;
}): ReactElement {
  const [name, tab] = useApp(({ route }) => route).path;
  const [question, setQuestion] = useState<NameQuestion | null>(null);
  const act = useAct();
  const lifecycle = useContainerActions(act);
  const more = useMoreActions(setQuestion);
  const actions = useMemo(
    () => [...lifecycle.filter(({ danger }) => !danger), ...more, ...lifecycle.filter(({ danger }) => danger)],
    [lifecycle, more],
  );
  return (
    <div className="containers-screen" data-stale={props.stale} data-testid="containers">
      {name === undefined ? (
        <List {...props} act={act} actions={actions} />
      ) : (
        <ContainerDetail key={name} {...props} name={name} tab={tab} act={act} actions={actions} />
      )}
      <RunDialog />
      <NameDialog question={question} onClose={() => setQuestion(null)} />
    </div>
  );
}

function List(props: {
  readonly containers: readonly ContainerView[];
  readonly stale: boolean;
  readonly act: Act;
  readonly actions: readonly TableAction<ContainerView>[];
}): ReactElement {
  const { t } = useTranslation();
  const { containers, stale, act, actions } = props;
  const ask = useAsk();
  const columns = useContainerColumns(act);
  const [visible, setVisible] = useState<readonly string[]>([]);
  const running = useMemo(
    () => new Set(containers.filter(({ state }) => state === 'running').map(({ id }) => id)),
    [containers],
  );
  const stats = useStatsOf(visible.filter((id) => running.has(id)));
  const up = containers.filter(({ state }) => isUpState(state)).length;
  const open = useCallback(({ name }: ContainerView) => goTo('containers', name), []);
  const run = (
    <Button
      size="sm"
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      disabled={stale}
      data-testid="run"
      onClick={() => replaceQuery({ run: '' })}
    >
      {t('containers.run.open')}
    </Button>
  );
  return (
    <StatsContext value={stats}>
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
        groupExtra={(project) =>
          project !== '' && (
            <>
              <ProjectLink project={project} />
              <ProjectMenu project={project} disabled={stale} />
            </>
          )
        }
        groupTitle={(project) => project || t('containers.no-project')}
        onOpen={open}
        onVisible={setVisible}
        stale={stale}
        toolbar={
          <>
            <span className="quiet">{t('containers.count', { count: containers.length, running: up })}</span>
            {run}
            <WhatIs topic="container" />
          </>
        }
        empty={
          <Face icon={<IconBox size={40} />} title={t('containers.empty.title')} text={t('containers.empty.text')}>
            <WhatIs topic="container" />
          </Face>
        }
      />
    </StatsContext>
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
