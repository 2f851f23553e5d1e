import { IconShieldCheck, IconShieldHalf, IconShieldOff, IconShieldPause, IconShieldX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { shownPhase, useApp } from '../lib/store.ts';
import { PauseMenu } from '../features/changes/pause-menu.tsx';
import { EverythingMenu } from '../features/changes/everything-menu.tsx';
import { WhatIs } from '../ui/what-is.tsx';
import { ErrorCard } from '../ui/error-card.tsx';
import { PanelPopover } from '../ui/panel-popover.tsx';

const ICONS = {
  idle: IconShieldOff,
  working: IconShieldHalf,
  holding: IconShieldCheck,
  failing: IconShieldX,
  paused: IconShieldPause,
} as const;

/** Whether every block is true on the wire; its popover says why one is not.  Absent when that is not known now. */
export function GuardChip(): ReactElement | null {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const guard = useApp((state) => state.frame?.guard ?? null);
  const connected = useApp((state) => shownPhase(state) === 'connected');
  if (!guard || !connected) return null;
  const { phase, denied, held, impossible, error } = guard;
  const Icon = ICONS[phase];
  return (
    <PanelPopover
      width={360}
      label={t('guard.label')}
      button={{
        className: `chip chip-${phase}`,
        'data-testid': 'guard',
        'data-phase': phase,
        children: (
          <>
            <Icon size={16} aria-hidden />
            {t(`guard.${phase}`, { count: denied, held })}
          </>
        ),
      }}
    >
      <p className="popover-title">
        {t(`guard.about.${phase}`)} <WhatIs topic="blocking" />
      </p>
      <dl className="facts">
        <dt>{t('guard.denied')}</dt>
        <dd>{number.format(denied)}</dd>
        <dt>{t('guard.held')}</dt>
        <dd>{number.format(held)}</dd>
        {impossible > 0 && (
          <>
            <dt>{t('guard.impossible')}</dt>
            <dd>{number.format(impossible)}</dd>
          </>
        )}
      </dl>
      {error && <ErrorCard error={error} />}
      <div className="buttons">
        <EverythingMenu />
        <PauseMenu />
      </div>
    </PanelPopover>
  );
}
