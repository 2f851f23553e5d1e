import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeRow } from '../../../../shared/contract/services.ts';
import { useClient } from '../../lib/client-context.tsx';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import { useFew } from '../../ui/use-few.tsx';
import { swarmStateWords } from './words.ts';

const AVAILABILITIES = ['active', 'pause', 'drain'] as const;

/** The machines of the Swarm, and whether they take tasks. */
export function NodesTable(props: { readonly nodes: readonly NodeRow[]; readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  const { nodes, stale } = props;
  const { few, more } = useFew(nodes);
  const change = async (node: NodeRow, availability: NodeRow['availability']): Promise<void> => {
    const title = t(`services.availability.ask-${availability}`, { name: node.name });
    if (availability === 'drain') {
      const text = t('services.availability.drain-text', { count: node.tasks });
      if (!(await confirm({ title, text, confirm: t('services.availability.drain') }))) return;
    }
    try {
      await client.services.availability({ node: node.id, availability });
    } catch (thrown) {
      report(title, thrown);
    }
  };
  return (
    <div className="detail">
      <div className="detail-body">
        <table data-testid="nodes">
          <thead>
            <tr>
              <th>{t('services.node.name')}</th>
              <th>{t('services.node.role')}</th>
              <th>{t('services.node.state')}</th>
              <th>{t('services.node.availability')}</th>
              <th>{t('services.node.address')}</th>
              <th>{t('services.node.tasks')}</th>
              <th>{t('services.node.version')}</th>
            </tr>
          </thead>
          <tbody>
            {few.map((node) => (
              <tr key={node.id} data-node={node.name} data-availability={node.availability}>
                <td>
                  {node.name} {node.self && <span className="tag-flag">{t('services.node.self')}</span>}
                </td>
                <td>
                  {t(`services.role.${node.role}`)}{' '}
                  {node.leader && <span className="tag-flag">{t('services.node.leader')}</span>}
                </td>
                <td>
                  <span className={`dot dot-${node.state === 'ready' ? 'running' : 'dead'}`} aria-hidden />
                  {swarmStateWords(t, node.state)}
                </td>
                <td>
                  <NativeSelect
                    size="xs"
                    aria-label={t('services.node.availability-of', { name: node.name })}
                    data={AVAILABILITIES.map((one) => ({ value: one, label: t(`services.availability.${one}`) }))}
                    value={node.availability}
                    disabled={stale}
                    onChange={(event) => {
                      const next = AVAILABILITIES.find((one) => one === event.currentTarget.value);
                      if (next) void change(node, next);
                    }}
                  />
                </td>
                <td>
                  <code>{node.address || '–'}</code>
                </td>
                <td>{node.tasks}</td>
                <td>{node.version}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {more}
      </div>
    </div>
  );
}
