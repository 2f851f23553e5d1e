import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../lib/store.ts';
import { useEngines } from '../../lib/use-engines.ts';

/** Says that there is no example here, and where there is one. */
export function None(): ReactElement {
  const { t } = useTranslation();
  const { choose } = useEngines();
  const isDemo = useApp(({ engine }) => engine !== null && 'engine' in engine && engine.engine.kind === 'demo');
  return (
    <div data-testid="no-example">
      <p>{t('guide.none')}</p>
      {!isDemo && (
        <Button variant="default" size="sm" onClick={() => choose('demo')}>
          {t('guide.demo')}
        </Button>
      )}
    </div>
  );
}
