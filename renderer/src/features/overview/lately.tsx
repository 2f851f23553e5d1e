import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { changeWords } from '../history/words.ts';

const SHOWN = 5;

/** The newest changes of the policy, by whomever. */
export function Lately(): ReactElement {
  const { t } = useTranslation();
  const history = useApp((state) => state.history) ?? [];
  return (
    <section className="overview-section" aria-label={t('overview.lately.title')}>
      <h3>{t('overview.lately.title')}</h3>
      {history.length === 0 ? (
        <p className="quiet">{t('overview.lately.none')}</p>
      ) : (
        <>
          <ul className="lately">
            {history.slice(0, SHOWN).map((entry) => (
              <li key={entry.id}>
                <span>{changeWords(t, entry.change, history)}</span>
                <span className="quiet">
                  <AgeText at={entry.at} />
                </span>
              </li>
            ))}
          </ul>
          <a href={hashOf('history')}>{t('overview.lately.all')}</a>
        </>
      )}
    </section>
  );
}
