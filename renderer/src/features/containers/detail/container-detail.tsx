import { Button, Loader, Menu } from '@mantine/core';
import { IconArrowLeft, IconBox, IconDots } from '@tabler/icons-react';
import { Suspense, useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../../shared/contract/containers.ts';
import { goTo, hashOf } from '../../../lib/route.ts';
import { TableMenu } from '../../../ui/data-table/table-menu.tsx';
import type { TableAction } from '../../../ui/data-table/types.ts';
import { Face } from '../../../ui/face.tsx';
import { IsolationItems } from '../../changes/isolation-items.tsx';
import { useAsk } from '../../changes/use-ask.ts';
import { actionsFor } from '../actions.ts';
import { PortsCell, StateCell, UptimeCell } from '../cells.tsx';
import { ACTION_ICONS, type Act } from '../use-container-actions.tsx';
import { DETAIL_TABS } from './tabs.ts';

/** One container: what it is, what can be done with it, and everything else in tabs. */
export function ContainerDetail(props: {
  /** As the address says it. */
  readonly name: string;
  readonly tab: string | undefined;
  readonly containers: readonly ContainerView[];
  readonly actions: readonly TableAction<ContainerView>[];
  readonly act: Act;
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
    return (
      <Face
        icon={<IconBox size={40} />}
        title={t(last ? 'containers.gone.title' : 'containers.unknown.title', { name })}
        text={t(last ? 'containers.gone.text' : 'containers.unknown.text')}
      >
        <Button variant="default" onClick={() => goTo('containers')}>
          {t('containers.back')}
        </Button>
      </Face>
    );
  }
  return <Detail {...props} container={container} isGone={container === kept && !named && !renamed} />;
}

function Detail(props: {
  readonly container: ContainerView;
  readonly tab: string | undefined;
  readonly actions: readonly TableAction<ContainerView>[];
  readonly act: Act;
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
  const MainIcon = main ? ACTION_ICONS[main] : null;
  const others = actions.filter(({ id }) => id !== main);
  return (
    <div className="detail" data-testid="container-detail" data-name={name} data-state={container.state}>
      <div className="detail-head">
        <a className="detail-back" href={hashOf('containers')} aria-label={t('containers.back')}>
          <IconArrowLeft size={18} aria-hidden />
        </a>
        <div className="detail-title">
          <h2>{name}</h2>
          <p className="quiet">
            {isGone ? (
              <span className="detail-fact">{t('containers.gone.title', { name })}</span>
            ) : (
              <>
                <span className="detail-fact">
                  <StateCell container={container} />
                </span>
                <span className="detail-fact">
                  <UptimeCell container={container} />
                </span>
              </>
            )}
            <span className="detail-fact" title={container.image}>
              {container.image}
            </span>
            {!isGone && container.published.length > 0 && (
              <span className="detail-fact">
                <PortsCell container={container} />
              </span>
            )}
          </p>
        </div>
        {main && MainIcon && (
          <Button
            size="sm"
            variant="default"
            leftSection={<MainIcon size={16} aria-hidden />}
            disabled={stale}
            data-action={main}
            onClick={() => props.act([container], main)}
          >
            {t(`containers.action.${main}`)}
          </Button>
        )}
        <Menu position="bottom-end" withinPortal transitionProps={{ duration: 80 }}>
          <Menu.Target>
            <Button size="sm" variant="default" aria-label={t('containers.more', { name })} data-action="more">
              <IconDots size={16} aria-hidden />
            </Button>
          </Menu.Target>
          <TableMenu rows={[container]} actions={others} stale={stale}>
            <Menu.Divider />
            <IsolationItems endpoint={container} disabled={stale} ask={ask} />
          </TableMenu>
        </Menu>
      </div>
      <nav className="detail-tabs" aria-label={t('containers.tabs', { name })}>
        {DETAIL_TABS.map(({ id, Icon }) => (
          <a
            key={id}
            href={hashOf('containers', name, id)}
            aria-current={id === current?.id ? 'page' : undefined}
            data-testid={`tab-${id}`}
          >
            <Icon size={16} aria-hidden /> {t(`containers.tab.${id}`)}
          </a>
        ))}
      </nav>
      <div className="detail-body">
        <Suspense fallback={<Face icon={<Loader size={32} />} title={t('common.loading')} />}>
          {current && <current.Content key={container.id} container={container} />}
        </Suspense>
      </div>
    </div>
  );
}
