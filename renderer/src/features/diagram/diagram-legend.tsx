import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiagramEdge } from '../../../../shared/diagram/model.ts';
import { styleOf } from '../../../../shared/diagram/paint.ts';

const ENTRIES: readonly {
  readonly name: 'door' | 'cut' | 'part' | 'wanted' | 'engine' | 'data' | 'control' | 'name';
  readonly edge: Pick<DiagramEdge, 'kind' | 'what' | 'cut'>;
}[] = [
  { name: 'door', edge: { kind: 'network', what: 'door' } },
  { name: 'cut', edge: { kind: 'network', what: 'cut', cut: 'held' } },
  { name: 'part', edge: { kind: 'network', what: 'part' } },
  { name: 'wanted', edge: { kind: 'network', what: 'cut', cut: 'wanted' } },
  { name: 'engine', edge: { kind: 'network', what: 'cut', cut: 'engine' } },
  { name: 'data', edge: { kind: 'data', what: '' } },
  { name: 'control', edge: { kind: 'control', what: '' } },
  { name: 'name', edge: { kind: 'name', what: '' } },
];

/** @param props.note what the picture does not show; `''`: it shows everything */
export function DiagramLegend({ note }: { readonly note: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <ul className="legend" aria-label={t('matrix.legend')}>
      <li>
        <svg width="28" height="16" aria-hidden>
          <rect x="1" y="1" width="26" height="14" rx="5" className="diagram-hull" />
        </svg>
        {t('diagram.legend.network')}
      </li>
      {ENTRIES.map(({ name, edge }) => {
        const { ink, width, dash } = styleOf(edge);
        return (
          <li key={name}>
            <svg width="28" height="16" aria-hidden className={`diagram-ink-${ink}`}>
              <path d="M 0 8 L 22 8" strokeWidth={width} strokeDasharray={dash.join(' ')} />
              <path d="M 28 8 L 20 4.5 L 20 11.5 Z" className="diagram-tip" />
              {edge.cut !== undefined && <path d="M 8 2 L 8 14 M 13 2 L 13 14" strokeWidth="2.2" />}
            </svg>
            {t(`diagram.legend.${name}`)}
          </li>
        );
      })}
      {note !== '' && <li data-testid="diagram-omitted">{note}</li>}
    </ul>
  );
}
