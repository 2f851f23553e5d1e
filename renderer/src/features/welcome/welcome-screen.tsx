import { Button, Loader } from '@mantine/core';
import { IconBook2, IconFlask, IconRefresh, IconServer2, IconShieldCheck } from '@tabler/icons-react';
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundEngine } from '../../../../shared/contract/settings.ts';
import { PERMISSION_COMMANDS, type PermissionWay } from '../../../../shared/engine/permission.ts';
import type { Client } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useEngines } from '../../lib/use-engines.ts';
import { useReading } from '../../lib/use-live.ts';
import { useSetSettings } from '../../lib/use-settings.ts';
import { AddressForm } from '../../ui/address-form.tsx';
import { ErrorCard, ErrorWords } from '../../ui/error-card.tsx';
import './welcome.css';

/** Between two looks by itself (ms). */
const AGAIN_MS = 3000;

const readFound = (client: Client, signal: AbortSignal): Promise<FoundEngine[]> =>
  client.settings.found(undefined, { signal });

/** The first run: which engine to open, and what will be placed on it; nothing has been opened yet. */
export function WelcomeScreen(): ReactElement {
  const { t } = useTranslation();
  const { choose } = useEngines();
  const set = useSetSettings();
  const [look, setLook] = useState(0);
  const { value: found, error, isReading } = useReading(readFound, String(look));
  const again = useCallback(() => setLook((before) => before + 1), []);
  useAgain(found, isReading, again);
  const open = useCallback(
    (address: string): void => {
      set({ start: { welcomed: true } });
      choose(address);
    },
    [set, choose],
  );
  return (
    <div className="welcome" data-testid="welcome">
      <h2>{t('welcome.title')}</h2>
      <p>{t('welcome.text')}</p>
      <section aria-label={t('welcome.engines')}>
        <h3>
          <IconServer2 size={18} aria-hidden /> {t('welcome.engines')}
        </h3>
        {error && <ErrorCard error={error} />}
        {found === null && isReading && (
          <p role="status">
            <Loader size={14} aria-hidden /> {t('welcome.asking')}
          </p>
        )}
        {found?.length === 0 && <p data-testid="nothing-found">{t('welcome.none')}</p>}
        <ul>
          {found?.map((engine) => (
            <Found key={`${engine.source} ${engine.address}`} engine={engine} onOpen={open} />
          ))}
        </ul>
        <Button
          variant="subtle"
          size="xs"
          leftSection={<IconRefresh size={14} />}
          loading={found !== null && isReading}
          onClick={again}
        >
          {t('welcome.again')}
        </Button>
        <AddressForm onSubmit={open} />
      </section>
      <section aria-label={t('welcome.places.title')}>
        <h3>
          <IconShieldCheck size={18} aria-hidden /> {t('welcome.places.title')}
        </h3>
        <p>{t('welcome.places.text')}</p>
        <ul className="welcome-places">
          {(['helper', 'tables', 'keeper', 'clear'] as const).map((what) => (
            <li key={what}>{t(`welcome.places.${what}`)}</li>
          ))}
        </ul>
      </section>
      <section aria-label={t('welcome.demo.title')}>
        <h3>
          <IconFlask size={18} aria-hidden /> {t('welcome.demo.title')}
        </h3>
        <p>{t('welcome.demo.text')}</p>
        <Button variant="default" data-testid="welcome-demo" onClick={() => open('demo')}>
          {t('welcome.demo.open')}
        </Button>
      </section>
      <p>
        <a href={hashOf('guide')}>
          <IconBook2 size={16} aria-hidden /> {t('welcome.guide')}
        </a>
      </p>
    </div>
  );
}

function Found(props: { readonly engine: FoundEngine; readonly onOpen: (address: string) => void }): ReactElement {
  const { t } = useTranslation();
  const { address, source, version, error, permission } = props.engine;
  return (
    <li className="welcome-engine" data-testid="found-engine" data-address={address} data-code={error?.code ?? ''}>
      <div>
        <span className="choice-source">{source}</span> <code>{address}</code>
        {version !== null && <p className="quiet">{t('welcome.answers', { version })}</p>}
        {permission !== null ? <Permission way={permission} /> : error && <ErrorWords error={error} />}
      </div>
      {version !== null && (
        <Button size="sm" aria-label={t('welcome.open-named', { address })} onClick={() => props.onOpen(address)}>
          {t('welcome.open')}
        </Button>
      )}
    </li>
  );
}

/** What to do, and that nothing need be pressed afterwards. */
function Permission({ way }: { readonly way: PermissionWay }): ReactElement {
  const { t } = useTranslation();
  const command = PERMISSION_COMMANDS[way];
  return (
    <div data-testid="permission" data-way={way}>
      <p>{t(`welcome.permission.${way}`)}</p>
      {command !== '' && <pre>{command}</pre>}
      <p className="quiet">
        {way === 'docker-group' && `${t('welcome.permission.note')} `}
        {t('welcome.permission.goes-on')}
      </p>
    </div>
  );
}

/** Looks again by itself while no engine answers: it may be started, or the right to use it given, at any moment. */
function useAgain(found: readonly FoundEngine[] | null, isReading: boolean, again: () => void): void {
  const isWaiting = found !== null && !isReading && !found.some(({ version }) => version !== null);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isWaiting, again]);
}
