import { Button } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../lib/store.ts';
import { GUARD } from './pause-menu.tsx';
import { useAsk } from './use-ask.ts';

/** Over every screen while the guard stands aside: what is drawn below as blocked by the policy is open. */
export function PauseBanner(): ReactElement | null {
  const { t, i18n } = useTranslation();
  const ask = useAsk();
  const pause = useApp(({ frame }) => frame?.guard.pause ?? null);
  const count = useApp(({ frame }) => (frame ? frame.guard.denied - frame.guard.impossible : 0));
  if (!pause) return null;
  return (
    <div className="banner banner-paused" data-testid="pause-banner">
      <IconPlayerPause size={18} aria-hidden />
      <span role="status">
        {pause.until === null
          ? t('app.paused.open', { count })
          : t('app.paused.until', { count, time: timeOf(pause.until, i18n.language) })}
      </span>
      <Button
        size="compact-sm"
        variant="white"
        color="dark"
        data-testid="resume"
        onClick={() => ask(GUARD, { action: 'resume' }, t('action.resume'))}
      >
        {t('app.paused.resume')}
      </Button>
    </div>
  );
}

/** On another day with that day. */
function timeOf(at: number, language: string): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, {
    timeStyle: 'short',
    ...(isToday ? {} : { dateStyle: 'medium' }),
  }).format(at);
}
