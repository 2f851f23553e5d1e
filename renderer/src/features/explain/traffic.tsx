import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrafficView } from '../../../../shared/contract/schemas.ts';
import { useLimit } from '../changes/use-limit.ts';
import { amountOf } from './amount.ts';
import { useTraffic } from './use-traffic.ts';

type Counts = NonNullable<TrafficView>;

/** What the rules of Bulkhead have counted of this pair: shown where one of them is about it. */
export function Traffic(props: {
  readonly from: string;
  readonly to: string;
  readonly denied: boolean;
}): ReactElement | null {
  const { t, i18n } = useTranslation();
  const limit = useLimit('counters');
  const traffic = useTraffic(props.from, props.to);
  if (!traffic || (!props.denied && traffic.refused.packets + traffic.passed.packets === 0)) return null;
  if (limit !== null) return <p className="quiet">{limit}</p>;
  const kinds = (['refused', 'passed'] as const).filter((kind) => kind === 'refused' || traffic.passed.packets > 0);
  return (
    <section className="panel-section" data-testid="traffic" data-refused={traffic.refused.packets}>
      <h3>{t('explain.traffic.title')}</h3>
      <table className="traffic">
        <thead className="hidden">
          <tr>
            <th scope="col">{t('explain.traffic.what')}</th>
            <th scope="col">{t('explain.traffic.packets')}</th>
            <th scope="col">{t('explain.traffic.bytes')}</th>
            <th scope="col">{t('explain.traffic.now')}</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <Row key={kind} kind={kind} counts={traffic} />
          ))}
        </tbody>
      </table>
      {traffic.since !== null && (
        <p className="quiet">
          {t('explain.traffic.since', {
            time: new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(
              traffic.since,
            ),
          })}
        </p>
      )}
    </section>
  );
}

function Row(props: { readonly kind: 'refused' | 'passed'; readonly counts: Counts }): ReactElement {
  const { t, i18n } = useTranslation();
  const { packets, bytes, packetsPerSecond } = props.counts[props.kind];
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const active = packetsPerSecond > 0;
  return (
    <tr data-active={active}>
      <th scope="row">{t(`explain.traffic.${props.kind}`)}</th>
      <td>{t('explain.traffic.count', { count: packets, packets: number.format(packets) })}</td>
      <td>{amountOf(i18n.language, bytes)}</td>
      <td>
        {active ? t('explain.traffic.rate', { rate: number.format(packetsPerSecond) }) : t('explain.traffic.still')}
      </td>
    </tr>
  );
}
