import { Menu } from '@mantine/core';
import { IconLockOpen, IconShieldLock, IconWorldOff } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import { offersFor } from '../../../../shared/actions/isolation.ts';
import type { Ask } from './use-ask.ts';
import { useLimit } from './use-limit.ts';

const ICONS = { isolate: IconShieldLock, offline: IconWorldOff, release: IconLockOpen } as const;

/** Quick isolation as items of a menu. */
export function IsolationItems(props: {
  readonly endpoint: EndpointView;
  readonly disabled: boolean;
  readonly ask: Ask;
}): ReactElement {
  const { t } = useTranslation();
  const { endpoint, ask } = props;
  const limit = useLimit('firewall');
  return (
    <>
      {offersFor(endpoint).map(({ kind, subject, change, by }) => {
        const Icon = ICONS[kind];
        return (
          <Menu.Item
            key={kind}
            leftSection={<Icon size={16} aria-hidden />}
            disabled={props.disabled || (limit !== null && kind !== 'release')}
            title={limit ?? undefined}
            data-offer={kind}
            onClick={() => ask(subject, change, by ?? endpoint.name)}
          >
            {by === null ? t(`isolation.offer.${kind}`) : t('isolation.offer.release-by', { by })}
          </Menu.Item>
        );
      })}
    </>
  );
}

/** Says in a word how an endpoint is isolated; nothing where it is not. */
export function IsolationBadge(props: { readonly endpoint: EndpointView }): ReactElement | null {
  const { t } = useTranslation();
  const { isolation } = props.endpoint;
  if (!isolation) return null;
  const Icon = isolation.from === 'everything' ? ICONS.isolate : ICONS.offline;
  return (
    <span
      className="badge-isolated"
      title={t('isolation.by', { by: isolation.by })}
      data-testid="isolated"
      data-from={isolation.from}
    >
      <Icon size={14} aria-hidden /> {t(`isolation.badge.${isolation.from}`)}
    </span>
  );
}
