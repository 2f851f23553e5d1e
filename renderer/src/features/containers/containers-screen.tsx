import { IconBox, IconPlayerPlay } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import { goTo, replaceQuery } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import type { TableAction } from '../../ui/data-table/types.ts';
import { List, ScreenFrame, Tool } from '../../ui/list-screen.tsx';
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
  const list = { ...props, act, actions };
  return (
    <ScreenFrame id="containers" stale={props.stale}>
      {name === undefined ? <Containers {...list} /> : <ContainerDetail key={name} {...list} name={name} tab={tab} />}
      <RunDialog />
      <NameDialog question={question} onClose={() => setQuestion(null)} />
    </ScreenFrame>
  );
}

function Containers(props: {
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
  return (
    <StatsContext value={stats}>
      <List
        id="containers"
        Icon={IconBox}
        topic="container"
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
        count={t('containers.count', { count: containers.length, running: up })}
        tools={
          <Tool
            primary
            Icon={IconPlayerPlay}
            label={t('containers.run.open')}
            testId="run"
            disabled={stale}
            onClick={() => replaceQuery({ run: '' })}
          />
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
