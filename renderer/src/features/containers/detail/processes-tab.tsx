import { IconPlayerStop } from '@tabler/icons-react';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../../../lib/client-context.tsx';
import { Face } from '../../../ui/face.tsx';
import { isUpState } from '../actions.ts';
import { TabFrame } from './tab-frame.tsx';
import type { DetailProps } from './tabs.ts';
import { useFetched } from './use-fetched.ts';

const EVERY_MS = 2000;

/** What runs in it now, as the machine sees it. */
export function ProcessesTab({ container }: DetailProps): ReactElement {
  const { t } = useTranslation();
  if (isUpState(container.state)) return <Processes container={container} />;
  return (
    <Face
      icon={<IconPlayerStop size={40} />}
      title={t('containers.processes.stopped.title')}
      text={t('containers.processes.stopped.text')}
    />
  );
}

function Processes({ container }: DetailProps): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const ask = useCallback(
    (signal: AbortSignal) => client.containers.top({ ref: container.id }, { signal }),
    [client, container.id],
  );
  const fetched = useFetched(ask, EVERY_MS);
  return (
    <TabFrame fetched={fetched}>
      {({ titles, rows }) => (
        <div className="detail-scroll" data-testid="processes">
          <p className="detail-note quiet">{t('containers.processes.about', { count: rows.length })}</p>
          <table className="plain-table">
            <thead>
              <tr>
                {titles.map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.join(' ')}>
                  {row.map((cell, at) => (
                    <td key={titles[at] ?? at}>
                      <code>{cell}</code>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </TabFrame>
  );
}
