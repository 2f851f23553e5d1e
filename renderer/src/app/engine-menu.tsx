import { Button, Loader } from '@mantine/core';
import { IconCheck, IconChevronDown, IconPlugConnectedX, IconRefresh, IconServer2 } from '@tabler/icons-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../lib/route.ts';
import { shownPhase, useApp } from '../lib/store.ts';
import { AddressForm } from '../ui/address-form.tsx';
import { PanelPopover } from '../ui/panel-popover.tsx';
import { WhatIs } from '../ui/what-is.tsx';
import { useEngines } from '../lib/use-engines.ts';

/** Which engine this is, how it stands, and the way to another one. */
export function EngineMenu(): ReactElement {
  const { t } = useTranslation();
  const engine = useApp((state) => state.engine);
  const [open, setOpen] = useState(false);
  const { choices, load, choose, retry } = useEngines();
  const view = engine && 'engine' in engine ? engine.engine : null;
  const phase = useApp(shownPhase);
  const lost = phase === 'lost';
  const label = view && !lost ? view.name || view.address : t(`engine.phase.${phase}`);
  // Also when the core comes back under an open menu.
  useEffect(() => {
    if (open && !lost) load();
  }, [open, lost, load]);
  const leaveFor = (address: string): void => {
    setOpen(false);
    choose(address);
  };
  return (
    <PanelPopover
      width={400}
      label={t('engine.label')}
      control={{ opened: open, setOpened: setOpen }}
      button={{
        className: 'chip',
        'data-testid': 'engine',
        'data-phase': phase,
        'aria-label': t('engine.button', { name: label, phase: t(`engine.phase.${phase}`) }),
        children: (
          <>
            {phase === 'connected' ? (
              <IconServer2 size={16} aria-hidden />
            ) : phase === 'failed' || lost ? (
              <IconPlugConnectedX size={16} aria-hidden />
            ) : (
              <Loader size={14} aria-hidden />
            )}
            <span className="chip-text">{label}</span>
            {view && !lost && <span className="quiet">{view.version}</span>}
            <IconChevronDown size={14} aria-hidden />
          </>
        ),
      }}
    >
      {lost && <p>{t('app.core-lost')}</p>}
      {view && !lost && (
        <dl className="facts">
          <dt>{t('engine.address')}</dt>
          <dd>
            <code>{view.address}</code>
          </dd>
          <dt>{t('engine.version')}</dt>
          <dd>{t('engine.version-text', { version: view.version, api: view.apiVersion })}</dd>
          {view.operatingSystem !== '' && (
            <>
              <dt>{t('engine.system')}</dt>
              <dd>{view.operatingSystem}</dd>
            </>
          )}
          <dt>{t('engine.firewall')}</dt>
          <dd>{view.firewallBackend || t('engine.firewall-unknown')}</dd>
        </dl>
      )}
      {!lost && (
        <>
          <p className="popover-title">
            {t('engine.choose')} <WhatIs topic="engine" />
          </p>
          {choices === null ? (
            <Loader size="sm" role="img" aria-label={t('common.loading')} />
          ) : (
            <ul className="choices">
              {choices.map(({ address, source }) => (
                <li key={`${source} ${address}`}>
                  <button type="button" onClick={() => leaveFor(address)} aria-current={address === view?.address}>
                    <span className="choice-source">{source}</span>
                    <code>{address}</code>
                    {address === view?.address && <IconCheck size={16} aria-label={t('engine.current')} role="img" />}
                  </button>
                </li>
              ))}
            </ul>
          )}
          <a href={hashOf('engine', 'engines')} onClick={() => setOpen(false)}>
            {t('engines.see-all')}
          </a>
          <AddressForm onSubmit={leaveFor} />
          <Button
            variant="subtle"
            size="xs"
            leftSection={<IconRefresh size={14} />}
            onClick={() => {
              setOpen(false);
              retry();
            }}
          >
            {t('engine.reconnect')}
          </Button>
        </>
      )}
    </PanelPopover>
  );
}
