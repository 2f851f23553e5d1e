import { Menu } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../../shared/contract/containers.ts';
import { hashOf } from '../../../lib/route.ts';
import type { TableAction } from '../../../ui/data-table/types.ts';
import { DetailFact, DetailPage, GoneFace } from '../../../ui/detail-page.tsx';
import { Gone } from '../../../ui/list-screen.tsx';
import { RowActions } from '../../../ui/row-actions.tsx';
import { IsolationItems } from '../../changes/isolation-items.tsx';
import { useAsk } from '../../changes/use-ask.ts';
import { actionsFor } from '../actions.ts';
import { PortsCell, StateCell, UptimeCell } from '../cells.tsx';
import { DETAIL_TABS } from './tabs.ts';

/** One container: what it is, what can be done with it, and everything else in tabs. */
export function ContainerDetail(props: {
  /** As the address says it. */
  readonly name: string;
  readonly tab: string | undefined;
  readonly containers: readonly ContainerView[];
  readonly actions: readonly TableAction<ContainerView>[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { name, containers } = props;
  const named = containers.find((one) => one.name === name || one.id === name);
  const [last, setLast] = useState<ContainerView | null>(null);
  if (named && named !== last) setLast(named);
  // Renamed meanwhile: its address goes with it.
  const renamed = named ? null : (containers.find(({ id }) => id === last?.id) ?? null);
  useEffect(() => {
    if (renamed) window.location.replace(hashOf('containers', renamed.name, ...(props.tab ? [props.tab] : [])));
  }, [renamed, props.tab]);
  // What it wrote is still to be read after it was removed.
  const kept = last !== null && (props.tab ?? 'logs') === 'logs' ? last : null;
  const container = named ?? renamed ?? kept;
  if (!container) {
    if (!last) return <Gone id="containers" name={name} />;
    return <GoneFace list="containers" title={t('containers.gone.title', { name })} text={t('containers.gone.text')} />;
  }
  return <Detail {...props} container={container} isGone={container === kept && !named && !renamed} />;
}

function Detail(props: {
  readonly container: ContainerView;
  readonly tab: string | undefined;
  readonly actions: readonly TableAction<ContainerView>[];
  readonly stale: boolean;
  /** It was removed while it was looked at. */
  readonly isGone: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const ask = useAsk();
  const { container, actions, isGone } = props;
  const stale = props.stale || isGone;
  const { name } = container;
  const current = DETAIL_TABS.find(({ id }) => id === props.tab) ?? DETAIL_TABS[0];
  const [main] = actionsFor(container.state);
  return (
    <DetailPage
      testId="container-detail"
      data={{ 'data-name': name, 'data-state': container.state }}
      list="containers"
      title={name}
      facts={
        <>
          {isGone ? (
            <DetailFact>{t('containers.gone.title', { name })}</DetailFact>
          ) : (
            <>
              <DetailFact>
                <StateCell container={container} />
              </DetailFact>
              <DetailFact>
                <UptimeCell container={container} />
              </DetailFact>
            </>
          )}
          <DetailFact title={container.image}>
            <a href={hashOf('images', container.image)}>{container.image}</a>
          </DetailFact>
          {!isGone && container.published.length > 0 && (
            <DetailFact>
              <PortsCell container={container} />
            </DetailFact>
          )}
        </>
      }
      actions={
        <RowActions
          row={container}
          actions={actions}
          stale={stale}
          buttons={main ? [main] : []}
          more={t('containers.more', { name })}
        >
          <Menu.Divider />
          <IsolationItems endpoint={container} disabled={stale} ask={ask} />
        </RowActions>
      }
      tabs={{
        label: t('containers.tabs', { name }),
        current: current?.id ?? '',
        tabs: DETAIL_TABS.map(({ id, Icon }) => ({
          id,
          Icon,
          label: t(`containers.tab.${id}`),
          href: hashOf('containers', name, id),
        })),
      }}
      whole
    >
      {current && <current.Content key={container.id} container={container} />}
    </DetailPage>
  );
}
