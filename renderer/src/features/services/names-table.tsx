import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkNameView } from '../../../../shared/contract/services.ts';
import { hashOf } from '../../lib/route.ts';

/** So many are drawn: longer lists are searched, not read. */
const SHOWN = 300;

/** Who answers to what name on one network. */
export function NamesTable(props: { readonly names: readonly NetworkNameView[] }): ReactElement {
  const { t } = useTranslation();
  const { names } = props;
  return (
    <>
      <table data-testid="names">
        <thead>
          <tr>
            <th>{t('services.names.name')}</th>
            <th>{t('services.names.how')}</th>
            <th>{t('services.names.holder')}</th>
            <th>{t('services.names.address')}</th>
          </tr>
        </thead>
        <tbody>
          {names.slice(0, SHOWN).map(({ name, how, asker, holders }) => (
            <tr key={`${asker ?? ''} ${name}`} data-name={name} data-how={how}>
              <td>
                <code>{name}</code>
              </td>
              <td>
                {t(`services.names.kind.${how}`)}
                {asker !== undefined && <div className="quiet">{t('services.names.only', { name: asker })}</div>}
              </td>
              <td>
                {holders.map((holder) => (
                  <div key={holder.id}>
                    <a
                      href={
                        holder.kind === 'service'
                          ? hashOf('services', 'service', holder.name)
                          : hashOf('containers', holder.name)
                      }
                    >
                      {holder.name}
                    </a>
                  </div>
                ))}
              </td>
              <td>
                {holders.map(({ id, addresses }) => (
                  <div key={id}>
                    <code>{addresses.join(', ')}</code>
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {names.length > SHOWN && <p className="quiet">{t('common.more', { count: names.length - SHOWN })}</p>}
    </>
  );
}
