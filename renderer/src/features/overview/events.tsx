import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventsNews } from '../../../../shared/contract/engine.ts';
import { useClient } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { follow } from '../../lib/streams.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { withHappened, type Happened } from './happened.ts';

const SHOWN = 6;

/** What happened on the engine lately, by whomever. */
export function Events(): ReactElement {
  const { t } = useTranslation();
  const happened = useHappened();
  return (
    <section className="overview-section" aria-label={t('overview.happened.title')} data-testid="happened">
      <h3>{t('overview.happened.title')}</h3>
      {happened.length === 0 ? (
        <p className="quiet">{t('overview.happened.none')}</p>
      ) : (
        <ul className="lately">
          {happened.map(({ seq, at, key, name, code }) => (
            <li key={seq} data-key={key}>
              <span>
                <strong>{name}</strong> {t(key)}
                {code !== '' && <span className="quiet"> {t('overview.happened.code', { code })}</span>}
              </span>
              <span className="quiet">
                <AgeText at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <a href={hashOf('engine', 'events')}>{t('overview.happened.all')}</a>
    </section>
  );
}

function useHappened(): readonly Happened[] {
  const client = useClient();
  const [happened, setHappened] = useState<readonly Happened[]>([]);
  useEffect(
    () =>
      follow<EventsNews>({
        open: async (signal) => {
          const news = await client.engine.events(undefined, { signal });
          // A stream of its own begins with what the engine remembers.
          setHappened([]);
          return news;
        },
        onValue: (news) => {
          if (news.kind === 'events') setHappened((before) => withHappened(before, news.events, SHOWN));
        },
        // That the engine is away, the banner says.
        onDown: () => undefined,
      }),
    [client],
  );
  return happened;
}
