import { Button, Loader } from '@mantine/core';
import { IconFlask, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CoreSlice } from '../lib/store.ts';
import { AddressForm } from '../ui/address-form.tsx';
import { errorIn } from '../i18n/errors.ts';
import { ErrorWords } from '../ui/error-card.tsx';
import { useEngines } from '../lib/use-engines.ts';

/** No engine: what was tried, what each said, and the three ways on. */
export function FailedFace(props: {
  readonly failure: NonNullable<CoreSlice['failure']>;
  readonly retrying: boolean;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { choose, retry } = useEngines();
  const { error, tried } = props.failure;
  const { title, hint, quoted } = errorIn(i18n, error);
  return (
    <div className="face face-wide" data-testid="failed" data-code={error.code}>
      <div className="face-icon" aria-hidden>
        <IconPlugConnectedX size={40} />
      </div>
      <h2>{title}</h2>
      {hint !== '' && <p className="face-hint">{hint}</p>}
      {quoted !== '' && (
        <p className="quiet" lang="en">
          {quoted}
        </p>
      )}
      <div className="buttons">
        <Button
          leftSection={props.retrying ? <Loader size={14} color="white" /> : <IconRefresh size={16} />}
          onClick={retry}
        >
          {t('engine.retry')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconFlask size={16} />}
          onClick={() => choose('demo')}
          data-testid="use-demo"
        >
          {t('engine.demo')}
        </Button>
      </div>
      <AddressForm onSubmit={choose} />
      {tried.length > 0 && (
        <details className="tried">
          <summary>{t('engine.tried', { count: tried.length })}</summary>
          <ul>
            {tried.map((choice) => (
              <li key={`${choice.source} ${choice.address}`}>
                <span className="choice-source">{choice.source}</span> <code>{choice.address}</code>
                <ErrorWords error={choice.error} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
