import { Button, Loader } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiskUsage } from '../../../../shared/contract/engine.ts';
import type { Client } from '../../lib/client-context.tsx';
import { useApp } from '../../lib/store.ts';
import { useReading } from '../../lib/use-live.ts';
import { bytesWords } from '../../lib/words.ts';
import { DetailSection } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { PrunePlanner } from './prune-planner.tsx';

/** What is on the engine's disk by kind, and the one plan of what can go. */
export function DiskTab({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const [round, setRound] = useState(0);
  // What goes makes room: looked at again when any job has ended.
  const ended = useApp(({ jobs }) => jobs.filter(({ state }) => state !== 'running').length);
  const { value, error, isReading } = useReading(read, stale ? null : `${round} ${ended}`);
  return (
    <div className="engine-body" data-testid="engine-disk">
      <DetailSection
        title={t('engines.disk.title')}
        aside={
          <Button
            size="xs"
            variant="default"
            leftSection={isReading ? <Loader size={13} /> : <IconRefresh size={15} />}
            disabled={stale || isReading}
            onClick={() => setRound(round + 1)}
          >
            {t('engines.disk.again')}
          </Button>
        }
      >
        {error && <ErrorCard error={error} />}
        {value ? (
          <UsageTable usage={value} />
        ) : (
          !error && (
            <p className="quiet">
              <Loader size="xs" aria-hidden /> {t('engines.disk.reading')}
            </p>
          )
        )}
      </DetailSection>
      <PrunePlanner stale={stale} round={`${round} ${ended}`} />
    </div>
  );
}

const read = (client: Client, signal: AbortSignal): Promise<DiskUsage[]> => client.engine.usage(undefined, { signal });

function UsageTable({ usage }: { readonly usage: readonly DiskUsage[] }): ReactElement {
  const { t, i18n } = useTranslation();
  const words = (bytes: number | null): string => (bytes === null ? '–' : bytesWords(i18n.language, bytes));
  const sum = (of: (one: DiskUsage) => number | null): number => usage.reduce((all, one) => all + (of(one) ?? 0), 0);
  const most = Math.max(1, ...usage.map(({ size }) => size ?? 0));
  return (
    <table className="disk-table" data-testid="disk-usage">
      <thead>
        <tr>
          <th>{t('engines.disk.kind')}</th>
          <th className="number">{t('engines.disk.count')}</th>
          <th className="number">{t('engines.disk.active')}</th>
          <th className="number">{t('engines.disk.size')}</th>
          <th className="number">{t('engines.disk.reclaimable')}</th>
          <th aria-hidden />
        </tr>
      </thead>
      <tbody>
        {usage.map(({ kind, count, active, size, reclaimable }) => (
          <tr key={kind} data-kind={kind} data-size={size ?? ''} data-reclaimable={reclaimable ?? ''}>
            <td>{t(`engines.kind.${kind}`)}</td>
            <td className="number">{count}</td>
            <td className="number">{active}</td>
            <td className="number">{words(size)}</td>
            <td className="number">{words(reclaimable)}</td>
            <td aria-hidden>
              <svg className="disk-bar" viewBox="0 0 100 8" preserveAspectRatio="none">
                <rect className="disk-bar-all" width={(100 * (size ?? 0)) / most} height="8" />
                <rect className="disk-bar-free" width={(100 * (reclaimable ?? 0)) / most} height="8" />
              </svg>
            </td>
          </tr>
        ))}
        <tr className="disk-sum">
          <td>{t('engines.disk.sum')}</td>
          <td className="number">–</td>
          <td className="number">–</td>
          <td className="number">{words(sum(({ size }) => size))}</td>
          <td className="number">{words(sum(({ reclaimable }) => reclaimable))}</td>
          <td>–</td>
        </tr>
      </tbody>
    </table>
  );
}
