import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiscoveryResult } from '../../../../shared/contract/schemas.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import type { Frame } from '../../lib/frame.ts';
import { wordsIn } from '../../i18n/errors.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { WhatIs } from '../../ui/what-is.tsx';

type Asked =
  | { readonly phase: 'idle' | 'busy' }
  | { readonly phase: 'done'; readonly result: DiscoveryResult }
  | { readonly phase: 'failed'; readonly error: ErrorShape };

/** Asks registries and load balancers for their names: traffic of our own, so only at the user's word. */
export function Discover(props: { readonly frame: Frame; readonly stale: boolean }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const [asked, setAsked] = useState<Asked>({ phase: 'idle' });
  const sources = props.frame.endpoints.filter(({ discovery }) => discovery !== undefined).map(({ name }) => name);
  if (sources.length === 0) return null;
  const ask = async (): Promise<void> => {
    setAsked({ phase: 'busy' });
    try {
      setAsked({ phase: 'done', result: await client.engine.discover() });
    } catch (thrown) {
      setAsked({ phase: 'failed', error: errorOf(thrown) });
    }
  };
  return (
    <section className="panel-section">
      <h3>
        {t('explain.discover.title')} <WhatIs topic="discovery" />
      </h3>
      <p className="quiet">{t('explain.discover.text', { names: sources.join(', ') })}</p>
      <Button
        variant="default"
        size="xs"
        disabled={props.stale}
        loading={asked.phase === 'busy'}
        onClick={() => void ask()}
      >
        {t('explain.discover.ask')}
      </Button>
      <div role="status">
        {asked.phase === 'done' && <p>{t('explain.discover.read', { count: asked.result.read })}</p>}
        {asked.phase === 'done' &&
          asked.result.unread.map(({ name, why }) => (
            <p key={name}>{t('explain.discover.unread', { name, why: wordsIn(i18n, why).text })}</p>
          ))}
      </div>
      {asked.phase === 'failed' && <ErrorCard error={asked.error} />}
    </section>
  );
}
