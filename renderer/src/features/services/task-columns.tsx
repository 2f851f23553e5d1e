import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../../shared/contract/services.ts';
import { hashOf } from '../../lib/route.ts';
import { AgeText } from '../../ui/age-text.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { FAILED_STATES, swarmStateWords } from './words.ts';

export function useTaskColumns(): readonly TableColumn<TaskRow>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly TableColumn<TaskRow>[] => [
      {
        id: 'task',
        title: t('services.detail.task'),
        value: ({ name }) => name,
        cell: ({ name, container }) =>
          container === '' ? (
            <span title={name}>{name}</span>
          ) : (
            <a href={hashOf('containers', container)} title={name} tabIndex={-1}>
              {name}
            </a>
          ),
        width: 'minmax(110px, 1fr)',
        minWidth: 110,
        fixed: true,
      },
      {
        id: 'state',
        title: t('services.detail.state'),
        value: ({ state }) => swarmStateWords(t, state),
        cell: ({ state }) => (
          <>
            <span className={`dot dot-${dotOf(state)}`} aria-hidden />
            {swarmStateWords(t, state)}
          </>
        ),
        width: '120px',
        minWidth: 120,
      },
      {
        id: 'at',
        title: t('services.detail.since'),
        value: ({ at }) => at,
        cell: ({ at }) => <AgeText at={Math.max(0, at)} />,
        width: '120px',
        minWidth: 120,
      },
      text('node', t('services.detail.node'), '90px', ({ nodeName }) => nodeName),
      text('addresses', t('services.detail.addresses'), '120px', ({ addresses }) => addresses.join(', ')),
      text('image', t('services.column.image'), '150px', ({ image }) => image),
      text('error', t('services.detail.error'), '260px', ({ error }) => error, '3fr'),
    ],
    [t],
  );
}

/** One line of it; all of it where one points at it. */
function text(
  id: string,
  title: string,
  least: string,
  of: (task: TaskRow) => string,
  most = '1fr',
): TableColumn<TaskRow> {
  return {
    id,
    title,
    value: of,
    cell: (task) => <span title={of(task)}>{of(task) || '–'}</span>,
    width: `minmax(${least}, ${most})`,
    minWidth: parseInt(least, 10),
  };
}

function dotOf(state: string): string {
  if (state === 'running') return 'running';
  if (FAILED_STATES.has(state)) return 'dead';
  return state === 'complete' || state === 'shutdown' ? 'exited' : 'restarting';
}
