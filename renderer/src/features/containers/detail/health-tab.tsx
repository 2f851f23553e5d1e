import { IconCircleCheck, IconCircleX, IconHeartOff } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { durationWords } from '../../../lib/words.ts';
import { Face } from '../../../ui/face.tsx';
import { healthConfigOf, mergeChecks, type HealthCheck } from './health.ts';
import { TabFrame } from './tab-frame.tsx';
import type { DetailProps } from './tabs.ts';
import { useInspection, type Json } from './use-inspection.ts';

const EVERY_MS = 2000;

/** What its health check is, and how it has gone. */
export function HealthTab({ container }: DetailProps): ReactElement {
  const fetched = useInspection(container, EVERY_MS);
  return <TabFrame fetched={fetched}>{(json) => <History json={json} />}</TabFrame>;
}

function History({ json }: { readonly json: Json }): ReactElement {
  const { t, i18n } = useTranslation();
  const [seen, setSeen] = useState<{ readonly json: Json; readonly checks: readonly HealthCheck[] }>(() => ({
    json,
    checks: mergeChecks([], json),
  }));
  if (seen.json !== json) setSeen({ json, checks: mergeChecks(seen.checks, json) });
  const config = healthConfigOf(json);
  if (!config) {
    return (
      <Face
        icon={<IconHeartOff size={40} />}
        title={t('containers.checks.none.title')}
        text={t('containers.checks.none.text')}
      />
    );
  }
  const time = (ms: number): string => (ms === 0 ? t('containers.checks.default') : durationWords(i18n.language, ms));
  return (
    <div className="detail-scroll" data-testid="health">
      <dl className="facts detail-facts">
        <dt>{t('containers.checks.command')}</dt>
        <dd>
          <code>{config.command}</code>
        </dd>
        <dt>{t('containers.checks.interval')}</dt>
        <dd>{time(config.interval)}</dd>
        <dt>{t('containers.checks.timeout')}</dt>
        <dd>{time(config.timeout)}</dd>
        <dt>{t('containers.checks.retries')}</dt>
        <dd>{config.retries || t('containers.checks.default')}</dd>
      </dl>
      {seen.checks.length === 0 ? (
        <p className="quiet detail-note">{t('containers.checks.not-yet')}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('containers.checks.at')}</th>
              <th scope="col">{t('containers.checks.result')}</th>
              <th scope="col">{t('containers.checks.took')}</th>
              <th scope="col">{t('containers.checks.output')}</th>
            </tr>
          </thead>
          <tbody>
            {seen.checks.map(({ startedAt, endedAt, exitCode, output }) => (
              <tr key={startedAt} data-exit-code={exitCode}>
                <th scope="row">{new Date(startedAt).toLocaleTimeString(i18n.language)}</th>
                <td className="nowrap">
                  {exitCode === 0 ? (
                    <IconCircleCheck size={16} className="job-done" aria-hidden />
                  ) : (
                    <IconCircleX size={16} className="job-failed" aria-hidden />
                  )}{' '}
                  {exitCode === 0 ? t('containers.checks.passed') : t('containers.checks.failed', { code: exitCode })}
                </td>
                <td className="nowrap">{t('containers.checks.ms', { ms: Math.max(0, endedAt - startedAt) })}</td>
                <td>
                  <pre className="check-output">{output.trim()}</pre>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
