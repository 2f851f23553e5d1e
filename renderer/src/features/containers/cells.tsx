import { ActionIcon, Loader } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import { useNow } from '../../lib/now.ts';
import { hashOf } from '../../lib/route.ts';
import { isStale, useApp } from '../../lib/store.ts';
import { durationWords } from '../../lib/words.ts';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import { RowMenuButton } from '../../ui/data-table/row-menu-button.tsx';
import { IsolationBadge } from '../changes/isolation-items.tsx';
import { stateName } from '../matrix/words.ts';
import { actionsFor, isUpState, pendingAction } from './actions.ts';
import { machineOf, shownPorts } from './ports.ts';
import { ACTION_ICONS, type Act } from './use-container-actions.tsx';

interface CellProps {
  readonly container: ContainerView;
}

export function NameCell({ container }: CellProps): ReactElement {
  const tabIndex = useRowTabIndex();
  const { name, service } = container;
  return (
    <span className="container-name">
      <a href={hashOf('containers', name)} tabIndex={tabIndex}>
        {name}
      </a>
      {service !== '' && service !== name && <span className="quiet container-service">{service}</span>}
      <IsolationBadge endpoint={container} />
    </span>
  );
}

/** State and health in words: the dot only says it again. */
export function StateCell({ container }: CellProps): ReactElement {
  const { t, i18n } = useTranslation();
  const pending = useApp(({ jobs }) => pendingAction(jobs, container.id));
  const { state, health, exitCode } = container;
  const ended = exitCode !== undefined && exitCode !== 0 ? t('containers.exit-code', { code: exitCode }) : '';
  return (
    <>
      <span className={`dot dot-${state}`} data-health={health} aria-hidden />
      {pending ? t(`containers.pending.${pending}`) : stateName(i18n, state)}
      {!pending && health && <span className={`health health-${health}`}> {t(`containers.health.${health}`)}</span>}
      {!pending && ended !== '' && <span className="quiet"> {ended}</span>}
    </>
  );
}

export function PortsCell({ container }: CellProps): ReactElement {
  const { t } = useTranslation();
  const tabIndex = useRowTabIndex();
  const machine = useApp(({ engine }) => machineOf(engine && 'engine' in engine ? engine.engine.address : 'unix://'));
  const ports = shownPorts(container.published, machine);
  if (ports.length === 0) return <>–</>;
  return (
    <span className="container-ports">
      {ports.map(({ text, url }) =>
        url === null ? (
          <code key={text}>{text}</code>
        ) : (
          <a
            key={text}
            href={url}
            target="_blank"
            rel="noreferrer"
            tabIndex={tabIndex}
            title={t('containers.open-port', { url })}
          >
            <code>{text}</code>
          </a>
        ),
      )}
    </span>
  );
}

/** How long it has run, or since when it does not. */
export function UptimeCell({ container }: CellProps): ReactElement {
  const { t, i18n } = useTranslation();
  const { state, startedAt, finishedAt, createdAt } = container;
  const since = isUpState(state) ? startedAt : finishedAt || createdAt;
  const words = useNow((now) => (since === 0 ? '' : durationWords(i18n.language, Math.max(0, now - since))));
  if (words === '') return <>–</>;
  const title = new Date(since).toLocaleString(i18n.language);
  return isUpState(state) ? (
    <span title={title}>{words}</span>
  ) : (
    <span className="quiet" title={title}>
      {t('containers.ago', { time: words })}
    </span>
  );
}

/** The first thing one would do, and the way to all others. */
export function ActionsCell({ container, act }: CellProps & { readonly act: Act }): ReactElement | null {
  const { t } = useTranslation();
  const tabIndex = useRowTabIndex();
  const pending = useApp(({ jobs }) => pendingAction(jobs, container.id));
  const stale = useApp(isStale);
  const { name } = container;
  if (pending) return <Loader size="xs" role="img" aria-label={t(`containers.pending.${pending}`)} />;
  const [main] = actionsFor(container.state);
  if (!main) return null;
  const Icon = ACTION_ICONS[main];
  return (
    <span className="container-actions">
      {/* The browser's own tip: one of our own in each row is half of what a row takes to draw. */}
      <ActionIcon
        variant="subtle"
        color="gray"
        title={t(`containers.action.${main}`)}
        aria-label={t('containers.action-on', { action: t(`containers.action.${main}`), name })}
        disabled={stale}
        tabIndex={tabIndex}
        data-action={main}
        onClick={() => act([container], main)}
      >
        <Icon size={17} />
      </ActionIcon>
      <RowMenuButton rowKey={container.id} label={t('containers.more', { name })} />
    </span>
  );
}
