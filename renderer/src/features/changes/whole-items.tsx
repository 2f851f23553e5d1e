import { Menu } from '@mantine/core';
import { IconLockOpen, IconShieldCheck, IconShieldLock, IconShieldOff, IconWorldOff } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../lib/store.ts';
import { offersForWhole, selectorOf, type Whole } from '../../../../shared/actions/standing.ts';
import { useAsk } from './use-ask.ts';
import { useLimit } from './use-limit.ts';

export const WHOLE_ICONS = {
  isolate: IconShieldLock,
  offline: IconWorldOff,
  release: IconLockOpen,
  guard: IconShieldCheck,
  unguard: IconShieldOff,
} as const;

/** Isolation and posture of a whole project, network or everything, as items of a menu; nothing before the first picture. */
export function WholeItems(props: { readonly whole: Whole; readonly disabled: boolean }): ReactElement {
  const { t } = useTranslation();
  const standing = useApp(({ frame }) => frame?.standing ?? null);
  const ask = useAsk();
  const limits = { firewall: useLimit('firewall'), guard: useLimit('guard') };
  const { whole, disabled } = props;
  const scope = whole.kind === 'everything' ? 'all' : 'one';
  const about = whole.kind === 'everything' ? t('standing.everything') : whole.name;
  return (
    <>
      {standing &&
        offersForWhole(whole, standing).map(({ kind, change }) => {
          const Icon = WHOLE_ICONS[kind];
          const limit =
            kind === 'guard' ? limits.guard : kind === 'isolate' || kind === 'offline' ? limits.firewall : null;
          return (
            <Menu.Item
              key={kind}
              leftSection={<Icon size={16} aria-hidden />}
              disabled={disabled || limit !== null}
              title={limit ?? undefined}
              data-offer={kind}
              onClick={() => ask({ name: selectorOf(whole) }, change, about)}
            >
              {t(`standing.offer.${scope}.${kind}`)}
            </Menu.Item>
          );
        })}
    </>
  );
}
