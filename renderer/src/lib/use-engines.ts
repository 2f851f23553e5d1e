import { notifications } from '@mantine/notifications';
import { createElement, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineChoice } from '../../../shared/contract/schemas.ts';
import { useClient } from './client-context.tsx';
import { ErrorLine } from '../ui/error-card.tsx';
import { errorOf } from './errors.ts';
import { reduceNews, useAppStore } from './store.ts';

export interface Engines {
  /** Null until asked for. */
  readonly choices: readonly EngineChoice[] | null;
  readonly load: () => void;
  readonly choose: (address: string) => void;
  readonly retry: () => void;
}

/** Choosing an engine: its outcome shows in the engine's state, only a refused call is said here. */
export function useEngines(): Engines {
  const client = useClient();
  const store = useAppStore();
  const { t } = useTranslation();
  const [choices, setChoices] = useState<readonly EngineChoice[] | null>(null);

  const report = useCallback(
    (thrown: unknown): void => {
      notifications.show({
        color: 'red',
        title: t('engine.failed'),
        message: createElement(ErrorLine, { error: errorOf(thrown) }),
        closeButtonProps: { 'aria-label': t('common.close') },
      });
    },
    [t],
  );
  const load = useCallback((): void => {
    client.engine.choices().then(setChoices, report);
  }, [client, report]);
  const choose = useCallback(
    (address: string): void => {
      store.setState((state) => reduceNews(state, { kind: 'leaving' }));
      client.engine.use({ address }).catch(report);
    },
    [client, store, report],
  );
  const retry = useCallback((): void => {
    client.engine.retry().catch(report);
  }, [client, report]);
  return { choices, load, choose, retry };
}
