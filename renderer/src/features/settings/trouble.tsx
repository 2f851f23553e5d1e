import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Note } from '../../ui/note.tsx';

/** What is wrong with the settings file, and where what it held is kept. */
export function Trouble(): ReactElement | null {
  const { t } = useTranslation();
  const trouble = useApp(({ settings }) => settings?.trouble ?? null);
  if (!trouble) return null;
  const { aside, strange, error } = trouble;
  return (
    <>
      {error && <ErrorCard error={error} />}
      {strange.length > 0 && (
        <Note tone="warn">
          <p data-testid="strange">{t('settings.trouble.strange', { names: strange.join(', ') })}</p>
        </Note>
      )}
      {aside.length > 0 && (
        <Note tone="warn">
          <div data-testid="aside">
            <p className="note-title">{t('settings.trouble.aside')}</p>
            <ul>
              {aside.map((path) => (
                <li key={path}>
                  <code>{path}</code>
                </li>
              ))}
            </ul>
            <p>{t('settings.trouble.keep')}</p>
          </div>
        </Note>
      )}
    </>
  );
}

/** Says on every other screen that something is wrong with them. */
export function TroubleBanner(): ReactElement | null {
  const { t } = useTranslation();
  const screen = useApp(({ route }) => route.screen);
  const isTroubled = useApp(({ settings }) => {
    const trouble = settings?.trouble;
    return trouble ? trouble.error !== null || trouble.aside.length + trouble.strange.length > 0 : false;
  });
  if (!isTroubled || screen === 'settings') return null;
  return (
    <p className="banner banner-lost" role="status" data-testid="settings-banner">
      <IconAlertTriangle size={16} aria-hidden /> <span>{t('settings.trouble.banner')}</span>{' '}
      <a href={hashOf('settings')}>{t('settings.trouble.look')}</a>
    </p>
  );
}
