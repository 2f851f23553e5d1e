import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../../shared/contract/compose.ts';

/** How much of a project, or of one of its services, runs: in words, the dot only says it again. */
export function RunningState(props: {
  readonly running: number;
  readonly total: number;
  readonly unhealthy?: number;
}): ReactElement {
  const { t } = useTranslation();
  const { running, total, unhealthy = 0 } = props;
  const dot = total === 0 ? 'created' : running === total ? 'running' : running === 0 ? 'exited' : 'restarting';
  return (
    <span data-running={running} data-total={total} data-testid="running-state">
      <span className={`dot dot-${dot}`} aria-hidden />
      {total === 0 ? t('compose.state.down') : t('compose.state.running', { running, total })}
      {unhealthy > 0 && (
        <span className="health health-unhealthy"> {t('compose.state.unhealthy', { count: unhealthy })}</span>
      )}
    </span>
  );
}

/** Why its files cannot be used; nothing where they can. */
export function WhereaboutsFlag({ project }: { readonly project: ProjectView }): ReactElement | null {
  const { t } = useTranslation();
  const { whereabouts } = project;
  if (whereabouts === 'here') return null;
  return (
    <span className="tag-flag" title={t(`compose.whereabouts.${whereabouts}-text`)}>
      {t(`compose.whereabouts.${whereabouts}`)}
    </span>
  );
}
