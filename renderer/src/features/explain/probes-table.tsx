import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProbeView } from '../../../../shared/contract/schemas.ts';
import { CoreWords } from '../../ui/core-words.tsx';

/** What was tried on the wire, what was expected, what came. */
export function ProbesTable(props: { readonly probes: readonly ProbeView[] }): ReactElement | null {
  const { t } = useTranslation();
  if (props.probes.length === 0) return null;
  // Of one pair, the panel above has said which.
  const many = new Set(props.probes.map(({ from, to }) => JSON.stringify([from, to]))).size > 1;
  return (
    <table className="probes" data-testid="probes">
      <thead>
        <tr>
          <th scope="col">{t('probe.target')}</th>
          <th scope="col">{t('probe.predicted')}</th>
          <th scope="col">{t('probe.measured')}</th>
          <th scope="col" className="number">
            {t('probe.ms')}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.probes.map((probe, index) => (
          <ProbeRow key={`${probe.address} ${probe.port} ${index}`} probe={probe} named={many} />
        ))}
      </tbody>
    </table>
  );
}

function ProbeRow(props: { readonly probe: ProbeView; readonly named: boolean }): ReactElement {
  const { t } = useTranslation();
  const { probe } = props;
  const agreement = probe.measured === 'error' ? 'error' : probe.measured === probe.predicted ? 'agree' : 'disagree';
  const Icon = { agree: IconCheck, disagree: IconX, error: IconQuestionMark }[agreement];
  return (
    <tr data-agreement={agreement}>
      <td>
        {props.named && <div className="probe-pair">{t('cell.pair', { from: probe.from, to: probe.to })}</div>}
        <code>{probe.address}</code> <span className="nowrap">{probe.port}</span>
        {agreement !== 'agree' && probe.detail !== '' && (
          <p className="probe-detail">
            <CoreWords text={probe.detail} />
          </p>
        )}
      </td>
      <td>{t(`probe.${probe.predicted}`)}</td>
      <td className="nowrap">
        <Icon size={14} aria-label={t(`probe.${agreement}`)} role="img" /> {t(`probe.${probe.measured}`)}
      </td>
      <td className="number">{probe.measured === 'error' ? '–' : probe.ms.toFixed(1)}</td>
    </tr>
  );
}
