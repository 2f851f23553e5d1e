import { Button } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { EXPERIMENTS, TOPICS, type Topic } from '../../lib/topics.ts';
import { useEngines } from '../../lib/use-engines.ts';
import { Own } from './own.tsx';
import './guide.css';

/** What the words mean, each shown by what the user's own engine has of it. */
export function GuideScreen(): ReactElement {
  const { t } = useTranslation();
  const named = useApp(({ route }) => route.path[0]);
  const topic = TOPICS.find((one) => one === named);
  return (
    <div className="guide" data-testid="guide">
      <nav className="guide-topics" aria-label={t('guide.topics')}>
        <ul>
          {TOPICS.map((one) => (
            <li key={one}>
              <a
                href={hashOf('guide', one)}
                aria-current={one === topic ? 'page' : undefined}
                data-testid={`topic-${one}`}
              >
                {t(`guide.${one}.title`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {topic ? <TopicPage key={topic} topic={topic} /> : <Contents />}
    </div>
  );
}

function Contents(): ReactElement {
  const { t } = useTranslation();
  return (
    <article className="guide-page">
      <h2>{t('guide.title')}</h2>
      <p>{t('guide.text')}</p>
      <ul className="guide-cards">
        {TOPICS.map((topic) => (
          <li key={topic}>
            <a href={hashOf('guide', topic)}>{t(`guide.${topic}.title`)}</a>
            <p className="quiet">{t(`guide.${topic}.short`)}</p>
          </li>
        ))}
      </ul>
    </article>
  );
}

function TopicPage({ topic }: { readonly topic: Topic }): ReactElement {
  const { t } = useTranslation();
  const next = TOPICS[TOPICS.indexOf(topic) + 1];
  return (
    <article className="guide-page" data-testid="topic" data-topic={topic}>
      <h2>{t(`guide.${topic}.title`)}</h2>
      <p className="guide-short">{t(`guide.${topic}.short`)}</p>
      <p>{t(`guide.${topic}.text`)}</p>
      <section className="guide-own" aria-label={t('guide.own')}>
        <h3>{t('guide.own')}</h3>
        <Own topic={topic} />
      </section>
      <Experiment topic={topic} />
      {next && (
        <p>
          <a href={hashOf('guide', next)}>{t('guide.next', { topic: t(`guide.${next}.title`) })}</a>
        </p>
      )}
    </article>
  );
}

/** Something to try where nothing is real; another engine is left only at the user's word. */
function Experiment({ topic }: { readonly topic: Topic }): ReactElement {
  const { t } = useTranslation();
  const { choose } = useEngines();
  const isDemo = useApp(({ engine }) => engine !== null && 'engine' in engine && engine.engine.kind === 'demo');
  const go = (): void => {
    if (!isDemo) choose('demo');
    window.location.hash = EXPERIMENTS[topic];
  };
  return (
    <section className="guide-try" aria-label={t('guide.try')}>
      <h3>
        <IconFlask size={18} aria-hidden /> {t('guide.try')}
      </h3>
      <p>{t(`guide.${topic}.try`)}</p>
      <Button variant="default" size="sm" data-testid="try" onClick={go}>
        {isDemo ? t('guide.show') : t('guide.open-demo')}
      </Button>
      {!isDemo && <p className="quiet">{t('guide.leaves')}</p>}
    </section>
  );
}
