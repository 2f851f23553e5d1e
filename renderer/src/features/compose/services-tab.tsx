import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComposeAction, ProjectFile, ProjectService, ProjectView } from '../../../../shared/contract/compose.ts';
import { useClient } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useReport } from '../../lib/use-report.ts';
import { DetailSection, FactsSection } from '../../ui/detail-page.tsx';
import { Note } from '../../ui/note.tsx';
import { useFew } from '../../ui/use-few.tsx';
import { machineOf, shownPorts } from '../containers/ports.ts';
import { ScaleDialog } from './scale-dialog.tsx';
import { RunningState } from './state.tsx';

/** Its services with their containers, and what else belongs to the project. */
export function ServicesTab(props: {
  readonly project: ProjectView;
  readonly usable: boolean;
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { project, usable, stale } = props;
  const { few, more } = useFew(project.services);
  const [scaled, setScaled] = useState<ProjectService | null>(null);
  return (
    <>
      {project.whereabouts !== 'here' && (
        <div className="compose-note">
          <Note tone="warn">
            <p className="note-title">{t(`compose.whereabouts.${project.whereabouts}`)}</p>
            <p>{t(`compose.whereabouts.${project.whereabouts}-text`)}</p>
          </Note>
        </div>
      )}
      <DetailSection title={t('compose.detail.services')}>
        {project.services.length === 0 ? (
          <p className="quiet">{t('compose.detail.no-services')}</p>
        ) : (
          <>
            <table data-testid="compose-services">
              <thead>
                <tr>
                  <th>{t('compose.detail.service')}</th>
                  <th>{t('compose.column.state')}</th>
                  <th>{t('compose.detail.containers')}</th>
                  <th>{t('compose.detail.ports')}</th>
                  <th>{t('compose.column.actions')}</th>
                </tr>
              </thead>
              <tbody>
                {few.map((service) => (
                  <ServiceLine
                    key={service.name}
                    project={project.name}
                    service={service}
                    canScale={usable && project.whereabouts === 'here'}
                    isDisabled={stale || !usable}
                    onScale={() => setScaled(service)}
                  />
                ))}
              </tbody>
            </table>
            {more}
          </>
        )}
      </DetailSection>
      <FactsSection
        title={t('compose.detail.files')}
        facts={[
          [t('compose.column.folder'), project.folder],
          [t('compose.detail.compose-files'), filesFact(project.files)],
          [t('compose.detail.env-files'), filesFact(project.envFiles)],
          [t('compose.detail.networks'), linksFact('networks', project.networks)],
          [t('compose.detail.volumes'), linksFact('volumes', project.volumes)],
        ]}
      />
      {scaled && (
        <ScaleDialog
          name={scaled.name}
          replicas={scaled.total}
          hint={t('compose.scale.hint')}
          onScale={(replicas) => client.compose.scale({ project: project.name, service: scaled.name, replicas })}
          onClose={() => setScaled(null)}
        />
      )}
    </>
  );
}

function ServiceLine(props: {
  readonly project: string;
  readonly service: ProjectService;
  readonly canScale: boolean;
  readonly isDisabled: boolean;
  readonly onScale: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { project, service, canScale, isDisabled } = props;
  const { name, running, total } = service;
  const containers = useFew(service.containers);
  const machine = useApp(({ engine }) => machineOf(engine && 'engine' in engine ? engine.engine.address : 'unix://'));
  const act = (action: ComposeAction): void =>
    void client.compose
      .act({ project, action, services: [name] })
      .catch((thrown: unknown) => report(t(`compose.action.${action}`), thrown));
  const actions: readonly ComposeAction[] = running > 0 ? ['restart', 'stop'] : ['start'];
  return (
    <tr data-service={name}>
      <td>
        <strong>{name}</strong>
        <div className="quiet">{service.image}</div>
      </td>
      <td>
        <RunningState running={running} total={total} unhealthy={service.unhealthy} />
      </td>
      <td>
        {containers.few.map((container) => (
          <div key={container.id}>
            <span className={`dot dot-${container.state}`} aria-hidden />
            <a href={hashOf('containers', container.name)}>{container.name}</a>
          </div>
        ))}
        {containers.more}
      </td>
      <td>
        {shownPorts(service.published, machine).map(({ text, url }) => (
          <div key={text}>
            {url === null ? (
              <code>{text}</code>
            ) : (
              <a href={url} target="_blank" rel="noreferrer">
                <code>{text}</code>
              </a>
            )}
          </div>
        ))}
      </td>
      <td>
        <span className="compose-buttons">
          {actions.map((action) => (
            <Button
              key={action}
              size="compact-xs"
              variant="default"
              disabled={isDisabled}
              aria-label={t('compose.action-on', { action: t(`compose.action.${action}`), name })}
              data-action={action}
              onClick={() => act(action)}
            >
              {t(`compose.action.${action}`)}
            </Button>
          ))}
          {canScale && (
            <Button
              size="compact-xs"
              variant="default"
              disabled={isDisabled}
              aria-label={t('compose.action-on', { action: t('compose.action.scale'), name })}
              data-action="scale"
              onClick={props.onScale}
            >
              {t('compose.action.scale')}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}

/** Each with whether it is there, not by colour alone. */
function filesFact(files: readonly ProjectFile[]) {
  if (files.length === 0) return '';
  return files.map((file) => <FileFact key={file.path} file={file} />);
}

function FileFact({ file: { path, exists } }: { readonly file: ProjectFile }): ReactElement {
  const { t } = useTranslation();
  const Icon = exists ? IconCircleCheck : IconAlertTriangle;
  return (
    <span className="fact-line" data-exists={exists}>
      <Icon
        size={15}
        role="img"
        className={exists ? 'compose-there' : 'compose-gone'}
        aria-label={t(exists ? 'compose.detail.file-there' : 'compose.detail.file-gone')}
      />{' '}
      <code>{path}</code>
    </span>
  );
}

function linksFact(screen: 'networks' | 'volumes', names: readonly string[]) {
  if (names.length === 0) return '';
  return names.map((name) => (
    <a key={name} className="fact-line" href={hashOf(screen, name)}>
      {name}
    </a>
  ));
}
