import { Button } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { RiskView } from '../../../../shared/contract/overview.ts';
import type { Change } from '../../../../shared/contract/schemas.ts';
import { hashOf } from '../../lib/route.ts';
import { useAsk } from '../changes/use-ask.ts';
import { useLimit } from '../changes/use-limit.ts';
import type { Subject } from '../explain/runner.ts';

/** Those for which a click would change more than it mends are told and not offered. */
const GRAVE: ReadonlySet<RiskView['kind']> = new Set(['engine-socket', 'privileged', 'database']);

/** The gravest come first: who has read so many asks for the rest. */
const SHOWN = 12;

/** What deserves a second look, the gravest first, each with what takes it away. */
export function Risks(props: { readonly risks: readonly RiskView[]; readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const { risks, stale } = props;
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? risks : risks.slice(0, SHOWN);
  return (
    <section className="overview-section" aria-label={t('overview.risks.title')}>
      <h3>{t('overview.risks.title')}</h3>
      {risks.length === 0 ? (
        <p className="overview-good">
          <IconShieldCheck size={18} aria-hidden /> {t('overview.risks.none')}
        </p>
      ) : (
        <ul className="risks">
          {shown.map((risk) => (
            <Risk key={`${risk.kind} ${risk.id}`} risk={risk} stale={stale} />
          ))}
        </ul>
      )}
      {shown.length < risks.length && (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          {t('overview.risks.more', { count: risks.length - shown.length })}
        </Button>
      )}
    </section>
  );
}

function Risk({ risk, stale }: { readonly risk: RiskView; readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const { kind, name } = risk;
  const { path = '', database = '', ports = '' } = risk.params;
  return (
    <li className="risk" data-testid="risk" data-kind={kind} data-name={name} data-grave={GRAVE.has(kind)}>
      <IconAlertTriangle size={18} aria-hidden />
      <div className="risk-words">
        <span>
          <a href={hashOf('containers', name)}>{name}</a> {t(`overview.risks.${kind}.title`)}
        </span>
        <p className="quiet">{t(`overview.risks.${kind}.text`, { path, database, ports })}</p>
      </div>
      <Remedies risk={risk} stale={stale} />
    </li>
  );
}

function Remedies({ risk, stale }: { readonly risk: RiskView; readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const ask = useAsk();
  const limits = { firewall: useLimit('firewall'), methods: useLimit('methods') };
  const isSwarms = risk.remedies.some((remedy) => remedy.kind === 'rerun' && remedy.not === 'swarm');
  return (
    <div className="risk-remedies">
      {risk.remedies.map((remedy) => {
        if (remedy.kind === 'rerun' && remedy.not) return null;
        const label = labelOf(t, remedy);
        const limit = remedy.kind === 'rerun' ? limits.methods : limits.firewall;
        return (
          <Button
            key={label}
            size="compact-sm"
            variant="default"
            disabled={stale || limit !== null}
            title={limit ?? undefined}
            aria-label={`${label}: ${aboutOf(t, remedy, risk.name)}`}
            data-remedy={remedy.kind}
            onClick={() => ask(...changeOf(remedy), risk.name)}
          >
            {label}
          </Button>
        );
      })}
      {isSwarms && <p className="quiet">{t('overview.remedy.swarm')}</p>}
    </div>
  );
}

type RemedyView = RiskView['remedies'][number];

function labelOf(t: TFunction, remedy: RemedyView): string {
  return remedy.kind === 'block' ? t(`overview.remedy.block-${remedy.from}`) : t(`overview.remedy.${remedy.kind}`);
}

/** Whom it is about; one container may have several risks that are taken away alike. */
function aboutOf(t: TFunction, remedy: RemedyView, name: string): string {
  return remedy.kind === 'rerun' ? t(`overview.remedy.without-${remedy.without}`, { name }) : name;
}

function changeOf(remedy: RemedyView): [subject: Subject, change: Change] {
  switch (remedy.kind) {
    case 'block': {
      const { from, to, ports } = remedy;
      return [
        { from, to },
        { action: 'block', from, to, ...(ports ? { ports } : {}) },
      ];
    }
    case 'rerun': {
      const { name, without } = remedy;
      return [{ name }, { action: 'rerun', name, without }];
    }
    default: {
      const only = remedy.kind === 'offline' ? ({ only: 'internet' } as const) : {};
      return [{ name: remedy.name }, { action: 'isolate', name: remedy.name, ...only }];
    }
  }
}
