import { ActionIcon, Loader, Menu, Tooltip } from '@mantine/core';
import {
  IconDotsVertical,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/schemas.ts';
import { IsolationBadge, IsolationItems } from '../changes/isolation-items.tsx';
import type { Ask } from '../changes/use-ask.ts';
import { stateName } from '../matrix/words.ts';
import { actionsFor, type ActionName } from './actions.ts';

const ICONS = {
  start: IconPlayerPlay,
  unpause: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconRefresh,
  pause: IconPlayerPause,
  remove: IconTrash,
} as const;

export const ContainerRow = memo(function ContainerRow(props: {
  readonly container: ContainerView;
  readonly pending: ActionName | null;
  readonly disabled: boolean;
  readonly onAction: (container: ContainerView, action: ActionName) => void;
  readonly ask: Ask;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { container, pending } = props;
  const state = stateName(i18n, container.state);
  return (
    <tr data-testid="container-row" data-name={container.name} data-state={container.state}>
      <th scope="row">
        <span className="container-name">
          {container.name} <IsolationBadge endpoint={container} />
        </span>
        {container.service !== '' && container.service !== container.name && (
          <span className="quiet container-service">{container.service}</span>
        )}
      </th>
      <td className="nowrap">
        <span className={`dot dot-${container.state}`} aria-hidden />
        {pending ? t(`containers.pending.${pending}`) : state}
      </td>
      <td className="container-image" title={container.image}>
        {container.image}
      </td>
      <td>{container.networks.join(', ') || '–'}</td>
      <td className="container-ports">
        {container.published.length === 0 ? '–' : container.published.map((port) => <code key={port}>{port}</code>)}
      </td>
      <td className="container-actions">
        {pending ? (
          <Loader size="xs" aria-label={t(`containers.pending.${pending}`)} />
        ) : (
          <RowActions container={container} disabled={props.disabled} onAction={props.onAction} ask={props.ask} />
        )}
      </td>
    </tr>
  );
});

function RowActions(props: {
  readonly container: ContainerView;
  readonly disabled: boolean;
  readonly onAction: (container: ContainerView, action: ActionName) => void;
  readonly ask: Ask;
}): ReactElement | null {
  const { t } = useTranslation();
  const { container } = props;
  const actions = actionsFor(container.state);
  const [main] = actions;
  if (!main) return null;
  const label = (action: ActionName): string =>
    t('containers.action-on', { action: t(`containers.action.${action}`), name: container.name });
  const MainIcon = ICONS[main];
  return (
    <>
      <Tooltip label={t(`containers.action.${main}`)}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={label(main)}
          disabled={props.disabled}
          data-action={main}
          onClick={() => props.onAction(container, main)}
        >
          <MainIcon size={17} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" withinPortal transitionProps={{ duration: 80 }}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('containers.more', { name: container.name })}
            disabled={props.disabled}
            data-action="more"
          >
            <IconDotsVertical size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.slice(1).map((action) => {
            const Icon = ICONS[action];
            return (
              <Menu.Item
                key={action}
                leftSection={<Icon size={16} aria-hidden />}
                {...(action === 'remove' ? { className: 'danger' } : {})}
                data-action={action}
                onClick={() => props.onAction(container, action)}
              >
                {t(`containers.action.${action}`)}
              </Menu.Item>
            );
          })}
          <Menu.Divider />
          <IsolationItems endpoint={container} disabled={props.disabled} ask={props.ask} />
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
