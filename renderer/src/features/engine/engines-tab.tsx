import { ActionIcon, Button, Loader, TextInput } from '@mantine/core';
import { IconPlus, IconServer2, IconX } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineCard } from '../../../../shared/contract/engines.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useEngines } from '../../lib/use-engines.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { useApp } from '../../lib/store.ts';
import { useLiveRows } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { bytesWords } from '../../lib/words.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { cpuWords } from './words.ts';

/** Every engine that is known, side by side and live; one that fails says so by itself. */
export function EnginesTab(): ReactElement {
  const { t } = useTranslation();
  const { rows, error } = useLiveRows(watch, idOf);
  const current = useApp(({ engine }) =>
    engine === null || engine.phase === 'failed' ? '' : 'engine' in engine ? engine.engine.address : engine.address,
  );
  const { choose } = useEngines();
  if (rows === null) {
    return (
      <Face icon={error ? <IconServer2 size={40} /> : <Loader size={36} />} title={t('engines.tab.engines')}>
        {error && <ErrorCard error={error} />}
      </Face>
    );
  }
  return (
    <div className="engine-body" data-testid="engines">
      {error && <ErrorCard error={error} />}
      <AddForm />
      <ul className="engine-cards">
        {rows.map((card) => (
          <Card key={card.address} card={card} isCurrent={card.address === current} onChoose={choose} />
        ))}
      </ul>
    </div>
  );
}

const watch = (client: Client, signal: AbortSignal) => client.engines.watch(undefined, { signal });
const idOf = ({ address }: EngineCard): string => address;

function Card(props: {
  readonly card: EngineCard;
  readonly isCurrent: boolean;
  readonly onChoose: (address: string) => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { card, isCurrent } = props;
  const { address, contexts, containers, daemon, state } = card;
  const context = contexts.map(({ name }) => name).join(', ');
  const title = context || card.name || address;
  const inForce = contexts.find((one) => one.current);
  return (
    <li
      className="engine-card"
      data-testid="engine-card"
      data-address={address}
      data-state={state}
      data-current={isCurrent}
    >
      <div className="engine-card-head">
        <h3 title={title}>{title}</h3>
        {card.added && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={t('engines.forget', { name: title })}
            onClick={() => {
              client.engines
                .forget({ address })
                .catch((thrown: unknown) => report(t('engines.forget', { name: title }), thrown));
            }}
          >
            <IconX size={15} />
          </ActionIcon>
        )}
      </div>
      <code className="fact-line" title={address}>
        {address}
      </code>
      <p className="quiet engine-card-source">
        {card.source}
        {inForce && ` · ${t('engines.in-force')}`}
        {contexts.map(({ description }) => description && ` · ${description}`)}
      </p>
      <p className="engine-card-state">
        {state === 'asking' ? (
          <Loader size={12} aria-hidden />
        ) : (
          <span className="engine-dot" data-state={state} aria-hidden />
        )}
        <span>{t(`engines.state.${state}`)}</span>
        {card.ms !== null && <span className="quiet">{t('engines.ms', { ms: card.ms })}</span>}
      </p>
      {state === 'unreachable' && card.error && <ErrorCard error={card.error} />}
      {state === 'reachable' && (
        <dl className="engine-card-facts">
          {card.version !== '' && (
            <div>
              <dt>{t('engine.version')}</dt>
              <dd>{card.version}</dd>
            </div>
          )}
          {containers && (
            <div data-testid="card-running" data-running={containers.running}>
              <dt>{t('engines.figure.running')}</dt>
              <dd>{t('engines.running-of', { running: containers.running, all: containers.all })}</dd>
            </div>
          )}
          {daemon?.kind === 'seen' && (
            <>
              <div>
                <dt>{t('engines.figure.cpu')}</dt>
                <dd>{cpuWords(i18n.language, daemon.cpu)}</dd>
              </div>
              <div>
                <dt>{t('engines.figure.memory')}</dt>
                <dd>{bytesWords(i18n.language, daemon.memory)}</dd>
              </div>
            </>
          )}
        </dl>
      )}
      {daemon?.kind === 'unseen' && <p className="quiet engine-card-why">{t(`engines.unseen.${daemon.why}`)}</p>}
      <span className="spacer" />
      {isCurrent ? (
        <p className="engine-card-current">{t('engine.current')}</p>
      ) : (
        <Button
          size="xs"
          variant="default"
          aria-label={t('engines.switch-to', { name: title })}
          data-testid="switch"
          onClick={() => props.onChoose(address)}
        >
          {t('engines.switch')}
        </Button>
      )}
    </li>
  );
}

function AddForm(): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [address, setAddress] = useState('');
  const [error, setError] = useState<ErrorShape | null>(null);
  const add = async (): Promise<void> => {
    setError(null);
    try {
      await client.engines.add({ address: address.trim() });
      // Unless the next one is being typed already.
      setAddress((now) => (now === address ? '' : now));
    } catch (thrown) {
      setError(errorOf(thrown));
    }
  };
  return (
    <form
      className="engine-add"
      onSubmit={(event) => {
        event.preventDefault();
        if (address.trim() !== '') void add();
      }}
    >
      <div className="engine-add-row">
        <TextInput
          size="sm"
          aria-label={t('engines.add.label')}
          placeholder="unix:///…  tcp://…  ssh://…"
          value={address}
          maxLength={1024}
          data-testid="engine-address"
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button
          size="sm"
          variant="default"
          type="submit"
          leftSection={<IconPlus size={15} />}
          disabled={address.trim() === ''}
          data-testid="engine-add"
        >
          {t('engines.add.button')}
        </Button>
      </div>
      <p className="quiet">{t('engines.add.hint')}</p>
      {error && <ErrorCard error={error} />}
    </form>
  );
}
