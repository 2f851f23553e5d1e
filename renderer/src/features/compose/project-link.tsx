import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import './compose.css';

/** From a group of containers to what they are together: a Compose project, or a stack of a Swarm. */
export function ProjectLink({ project }: { readonly project: string }): ReactElement {
  const { t } = useTranslation();
  const tabIndex = useRowTabIndex();
  const isStack = useApp(
    ({ frame }) => frame?.endpoints.some((one) => one.kind === 'service' && one.project === project) ?? false,
  );
  return (
    <a
      className="compose-link"
      href={isStack ? hashOf('services') : hashOf('compose', project)}
      tabIndex={tabIndex}
      data-testid="project-link"
      aria-label={t('compose.link-label', { name: project })}
    >
      {t('compose.link')}
    </a>
  );
}
