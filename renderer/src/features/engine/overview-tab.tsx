import { Loader } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DaemonUsage, EngineDetail } from '../../../../shared/contract/engine.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { follow } from '../../lib/streams.ts';
import { useReading } from '../../lib/use-live.ts';
import { bytesWords } from '../../lib/words.ts';
import { DetailSection, Facts, type Fact } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { Note } from '../../ui/note.tsx';
import { cpuWords } from './words.ts';

/** What the engine says of itself, what it warns of, and what its own process takes. */
export function OverviewTab({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const { value, error } = useReading(read, stale ? null : 'now');
  if (!value) {
    return (
      <Face icon={error ? <IconInfoCircle size={40} /> : <Loader size={36} />} title={t('engines.tab.overview')}>
        {error && <ErrorCard error={error} />}
      </Face>
    );
  }
  return (
    <section
      className="engine-body"
      aria-label={t('engines.tab.overview')}
      data-testid="engine-overview"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and nothing in it can be focused
      tabIndex={0}
    >
      {error && <ErrorCard error={error} />}
      <Warnings warnings={value.warnings} />
      <Figures detail={value} />
      <DetailFacts detail={value} />
    </section>
  );
}

const read = (client: Client, signal: AbortSignal): Promise<EngineDetail> =>
  client.engine.detail(undefined, { signal });

function Warnings({ warnings }: Pick<EngineDetail, 'warnings'>): ReactElement {
  const { t } = useTranslation();
  if (warnings.length === 0) return <Note tone="ok">{t('engines.warning.none')}</Note>;
  const codes = [...new Set(warnings.map(({ code }) => code))];
  return (
    <section aria-label={t('engines.warning.label')} className="engine-warnings" data-testid="warnings">
      {codes.map((code) => (
        <Note key={code} tone={code === 'insecure-api' ? 'bad' : 'warn'}>
          <p className="note-title">{t(`engines.warning.${code}.title`)}</p>
          <p>{t(`engines.warning.${code}.text`)}</p>
          {warnings
            .filter((one) => one.code === code)
            .map(({ text }) => (
              <code key={text} className="fact-line quiet">
                {text}
              </code>
            ))}
        </Note>
      ))}
    </section>
  );
}

function Figures({ detail }: { readonly detail: EngineDetail }): ReactElement {
  const { t, i18n } = useTranslation();
  const usage = useDaemon();
  const { running, paused, stopped } = detail.containers;
  return (
    <>
      <ul className="engine-figures">
        <Figure
          name={t('engines.figure.running')}
          value={String(running)}
          more={t('engines.figure.others', { paused, stopped })}
        />
        <Figure name={t('engines.figure.images')} value={String(detail.images)} />
        <Figure
          name={t('engines.figure.cpu')}
          value={usage?.kind === 'seen' ? cpuWords(i18n.language, usage.cpu) : '–'}
          more={t('engines.figure.of-cores', { cores: detail.cpus })}
          testId="daemon-cpu"
        />
        <Figure
          name={t('engines.figure.memory')}
          value={usage?.kind === 'seen' ? bytesWords(i18n.language, usage.memory) : '–'}
          more={t('engines.figure.of-memory', { memory: bytesWords(i18n.language, detail.memory) })}
          testId="daemon-memory"
        />
      </ul>
      {usage?.kind === 'unseen' && (
        <p className="quiet" data-testid="daemon-unseen">
          {t(`engines.unseen.${usage.why}`)}
        </p>
      )}
    </>
  );
}

function Figure(props: {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  readonly testId?: string;
}): ReactElement {
  return (
    <li data-testid={props.testId}>
      <span className="quiet">{props.name}</span>
      <strong>{props.value}</strong>
      {props.more !== undefined && <span className="quiet">{props.more}</span>}
    </li>
  );
}

function useDaemon(): DaemonUsage | null {
  const client = useClient();
  const [usage, setUsage] = useState<DaemonUsage | null>(null);
  useEffect(
    () =>
      follow<DaemonUsage>({
        open: (signal) => client.engine.daemon(undefined, { signal }),
        onValue: setUsage,
        onDown: () => setUsage(null),
      }),
    [client],
  );
  return usage;
}

function DetailFacts({ detail }: { readonly detail: EngineDetail }): ReactElement {
  const { t, i18n } = useTranslation();
  const f = (name: string, value: ReactNode): Fact => [name, value];
  const api = t('engines.fact.api-text', { ...detail.api });
  return (
    <div className="engine-sections">
      <DetailSection title={t('engines.section.engine')}>
        <Facts
          facts={[
            f(t('engine.version'), detail.version),
            f(t('engines.fact.api'), api),
            f(t('engines.fact.commit'), [detail.commit, detail.builtAt].filter(Boolean).join(', ')),
            ...detail.components.map(({ name, version }) => f(name, version)),
            f(t('engines.fact.runtimes'), detail.runtimes.join(', ')),
            f(t('engines.fact.default-runtime'), detail.defaultRuntime),
            f(t('engines.fact.swarm'), swarmName(t, detail.swarm)),
            f(t('engines.fact.live-restore'), t(detail.liveRestore ? 'engines.yes' : 'engines.no')),
            f(t('engine.firewall'), detail.firewallBackend || t('engine.firewall-unknown')),
          ]}
        />
      </DetailSection>
      <DetailSection title={t('engines.section.machine')}>
        <Facts
          facts={[
            f(t('engine.system'), detail.operatingSystem),
            f(t('engines.fact.kernel'), detail.kernel),
            f(t('engines.fact.architecture'), detail.architecture),
            f(t('engines.fact.cpus'), String(detail.cpus)),
            f(t('engines.fact.memory'), bytesWords(i18n.language, detail.memory)),
            f(
              t('engines.fact.cgroup'),
              [detail.cgroupDriver, detail.cgroupVersion && `v${detail.cgroupVersion}`].filter(Boolean).join(', '),
            ),
            f(t('engines.fact.security'), detail.security.join(', ')),
          ]}
        />
      </DetailSection>
      <DetailSection title={t('engines.section.storage')}>
        <Facts
          facts={[
            f(t('engines.fact.storage'), detail.storageDriver),
            ...detail.storageFacts.map(({ name, value }) => f(name, value)),
            f(t('engines.fact.root'), <code>{detail.rootDir}</code>),
            f(t('engines.fact.logging'), detail.loggingDriver),
          ]}
        />
      </DetailSection>
      <DetailSection title={t('engines.section.registries')}>
        <Facts
          facts={[
            f(t('engines.fact.mirrors'), detail.mirrors.join(', ') || t('engines.none')),
            f(t('engines.fact.insecure'), detail.insecureRegistries.join(', ') || t('engines.none')),
            f(t('engines.fact.proxies'), detail.proxies.join(', ') || t('engines.none')),
          ]}
        />
      </DetailSection>
    </div>
  );
}

const SWARM = ['inactive', 'pending', 'active', 'error', 'locked'] as const;

/** The engine's word where it is one that is not known here. */
function swarmName(t: TFunction, state: string): string {
  const known = SWARM.find((one) => one === state);
  return known ? t(`engines.swarm.${known}`) : state;
}
