import { Loader } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiskUsage } from '../../../../shared/contract/engine.ts';
import type { MachineUse } from '../../../../shared/contract/overview.ts';
import type { Client } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useLiveValue, useReading } from '../../lib/use-live.ts';
import { bytesWords } from '../../lib/words.ts';

/** What the containers take of the machine, who takes most, and what could be had back of its disk. */
export function Machine({ stale }: { readonly stale: boolean }): ReactElement {
  const { t, i18n } = useTranslation();
  const { value: use } = useLiveValue(openUse);
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const size = (bytes: number): string => bytesWords(i18n.language, bytes);
  return (
    <section className="overview-section" aria-label={t('overview.machine.title')} data-testid="machine">
      <h3>{t('overview.machine.title')}</h3>
      {use === null ? (
        <p className="quiet" role="status">
          <Loader size="xs" aria-hidden /> {t('overview.machine.looking')}
        </p>
      ) : (
        <>
          <Meter
            name={t('overview.machine.cpu')}
            text={t('overview.machine.cpu-text', { used: number.format(use.cpu / 100), all: use.machine.cpus })}
            share={use.cpu / (100 * Math.max(1, use.machine.cpus))}
          />
          <Meter
            name={t('overview.machine.memory')}
            text={t('overview.machine.memory-text', { used: size(use.memory), all: size(use.machine.memory) })}
            share={use.memory / Math.max(1, use.machine.memory)}
          />
          <Busiest use={use} />
        </>
      )}
      <Disk stale={stale} />
    </section>
  );
}

const openUse = (client: Client, signal: AbortSignal): Promise<AsyncIterable<MachineUse>> =>
  client.overview.use(undefined, { signal });

function Busiest({ use }: { readonly use: MachineUse }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  if (use.busiest.length === 0) return null;
  return (
    <table className="busiest">
      <caption className="quiet">{t('overview.machine.busiest')}</caption>
      <tbody>
        {use.busiest.map(({ id, name, cpu, memory }) => (
          <tr key={id}>
            <th scope="row">
              <a href={hashOf('containers', name, 'stats')}>{name}</a>
            </th>
            <td>{t('overview.machine.percent', { cpu: number.format(cpu) })}</td>
            <td>{bytesWords(i18n.language, memory)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** @param props.share of the whole; what is more than all of it is drawn as all */
function Meter(props: { readonly name: string; readonly text: string; readonly share: number }): ReactElement {
  const percent = Math.round(100 * Math.min(1, Math.max(0, props.share)));
  return (
    <div
      className="overview-meter"
      role="meter"
      aria-label={props.name}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={props.text}
    >
      <span>{props.name}</span>
      <span className="quiet">{props.text}</span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
        <rect className="meter-all" width="100" height="6" />
        <rect className="meter-used" width={percent} height="6" />
      </svg>
    </div>
  );
}

function Disk({ stale }: { readonly stale: boolean }): ReactElement | null {
  const { t, i18n } = useTranslation();
  // What goes makes room: looked at again when any job has ended.
  const ended = useApp(({ jobs }) => jobs.filter(({ state }) => state !== 'running').length);
  const { value } = useReading(readDisk, stale ? null : String(ended));
  const sum = (of: (one: DiskUsage) => number | null): number =>
    (value ?? []).reduce((all, one) => all + (of(one) ?? 0), 0);
  return (
    <p className="overview-disk" data-testid="reclaim">
      {value === null
        ? t('overview.machine.disk-looking')
        : t('overview.machine.disk', {
            used: bytesWords(
              i18n.language,
              sum(({ size }) => size),
            ),
            free: bytesWords(
              i18n.language,
              sum(({ reclaimable }) => reclaimable),
            ),
          })}{' '}
      <a href={hashOf('engine', 'disk')}>{t('overview.machine.reclaim')}</a>
    </p>
  );
}

const readDisk = (client: Client, signal: AbortSignal): Promise<DiskUsage[]> =>
  client.engine.usage(undefined, { signal });
