import { IconDatabaseOff } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../../../lib/client-context.tsx';
import { hashOf } from '../../../lib/route.ts';
import { Face } from '../../../ui/face.tsx';
import { TabFrame } from './tab-frame.tsx';
import type { DetailProps } from './tabs.ts';
import { useFetched } from './use-fetched.ts';

const KINDS = ['bind', 'volume', 'tmpfs', 'npipe', 'image', 'cluster'] as const;

/** The engine's word where it is one that is not known here. */
function kindName(t: TFunction, type: string): string {
  const known = KINDS.find((kind) => kind === type);
  return known ? t(`containers.mounts.kind.${known}`) : type;
}

/** What of the machine and of volumes is in it, and who has the same: a way to talk without a network. */
export function MountsTab({ container }: DetailProps): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const ask = useCallback(
    (signal: AbortSignal) => client.containers.mounts({ ref: container.id }, { signal }),
    // The whole container: it is another object when anything of it has changed.
    [client, container],
  );
  const fetched = useFetched(ask);
  return (
    <TabFrame fetched={fetched}>
      {(mounts) =>
        mounts.length === 0 ? (
          <Face
            icon={<IconDatabaseOff size={40} />}
            title={t('containers.mounts.none.title')}
            text={t('containers.mounts.none.text')}
          />
        ) : (
          <div className="detail-scroll" data-testid="mounts">
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">{t('containers.mounts.destination')}</th>
                  <th scope="col">{t('containers.mounts.type')}</th>
                  <th scope="col">{t('containers.mounts.source')}</th>
                  <th scope="col">{t('containers.mounts.access')}</th>
                  <th scope="col">{t('containers.mounts.shared')}</th>
                </tr>
              </thead>
              <tbody>
                {mounts.map(({ type, source, destination, writable, sharedWith }) => (
                  <tr key={destination}>
                    <th scope="row">
                      <code>{destination}</code>
                    </th>
                    <td>{kindName(t, type)}</td>
                    <td>
                      {type === 'volume' && source !== '' ? (
                        <a href={hashOf('volumes', source)}>
                          <code>{source}</code>
                        </a>
                      ) : (
                        <code>{source || '–'}</code>
                      )}
                    </td>
                    <td>{t(writable ? 'containers.mounts.read-write' : 'containers.mounts.read-only')}</td>
                    <td>
                      {sharedWith.length === 0 ? (
                        '–'
                      ) : (
                        <div className="names-apart">
                          {sharedWith.map((other) => (
                            <span key={other.name}>
                              <a href={hashOf('containers', other.name, 'mounts')}>{other.name}</a>{' '}
                              <span className="quiet">
                                {t(other.writable ? 'containers.mounts.read-write' : 'containers.mounts.read-only')}
                              </span>
                            </span>
                          ))}
                        </div>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </TabFrame>
  );
}
