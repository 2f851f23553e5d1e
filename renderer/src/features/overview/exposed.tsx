import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../../shared/contract/overview.ts';
import { hashOf } from '../../lib/route.ts';

/** More ways than these are in the cell. */
const MOST = 4;

/** Who can be called from outside this machine, from where, and how: as the matrix says, so without what is blocked. */
export function Exposed({ exposed }: Pick<Overview, 'exposed'>): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="overview-section" aria-label={t('overview.exposed.title')}>
      <h3>{t('overview.exposed.title')}</h3>
      {exposed.length === 0 ? (
        <p className="quiet">{t('overview.exposed.none')}</p>
      ) : (
        <table data-testid="exposed">
          <thead>
            <tr>
              <th>{t('overview.exposed.container')}</th>
              <th>{t('overview.exposed.from')}</th>
              <th>{t('overview.exposed.ways')}</th>
            </tr>
          </thead>
          <tbody>
            {exposed.map(({ id, name, zones, ways }) => (
              <tr key={id} data-name={name}>
                <td>
                  <a href={hashOf('containers', name)}>{name}</a>
                </td>
                <td>
                  {zones.map((zone) => (
                    <a key={zone} className="tag-flag" href={hashOf('matrix', zone, name)}>
                      {t(`zone.${zone}`)}
                    </a>
                  ))}
                </td>
                <td>
                  <code>
                    {ways
                      .slice(0, MOST)
                      .map(({ address, ports }) => `${address} ${ports?.join(' ') ?? t('overview.exposed.every')}`)
                      .join(', ')}
                    {ways.length > MOST && ' …'}
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
