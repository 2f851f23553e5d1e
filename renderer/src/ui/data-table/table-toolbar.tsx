import { ActionIcon, Button, CloseButton, Menu, TextInput } from '@mantine/core';
import { IconColumns3, IconSearch, IconX } from '@tabler/icons-react';
import type { ReactElement, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataTableProps } from './types.ts';
import type { TableState } from './use-table.ts';

/** Search and columns; with rows selected, what can be done to them instead. */
export function TableToolbar<Row>(given: {
  readonly state: TableState<Row>;
  readonly props: DataTableProps<Row>;
  readonly searchField: RefObject<HTMLInputElement | null>;
  /** Into the table. */
  readonly onLeave: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { state, props } = given;
  return (
    <div className="toolbar" role="toolbar" aria-label={t('table.toolbar')}>
      <TextInput
        ref={given.searchField}
        className="toolbar-search"
        size="sm"
        aria-label={props.searchLabel}
        placeholder={props.searchLabel}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          state.search !== '' && (
            <CloseButton size="sm" aria-label={t('table.clear-search')} onClick={() => state.setSearch('')} />
          )
        }
        value={state.search}
        onChange={(event) => state.setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') state.setSearch('');
          if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
          event.preventDefault();
          given.onLeave();
        }}
      />
      {state.selected.length > 0 ? (
        <BulkBar state={state} props={props} />
      ) : (
        <>
          <span className="spacer" />
          {props.toolbar}
        </>
      )}
      <Menu position="bottom-end" closeOnItemClick={false} withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('table.columns')}
            title={t('table.columns')}
            data-testid="columns"
          >
            <IconColumns3 size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {props.columns
            .filter(({ fixed, title }) => !fixed && title !== '')
            .map(({ id, title }) => (
              <Menu.CheckboxItem
                key={id}
                checked={!state.settings.hidden.includes(id)}
                onChange={() => state.toggleColumn(id)}
              >
                {title}
              </Menu.CheckboxItem>
            ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function BulkBar<Row>({
  state,
  props,
}: {
  readonly state: TableState<Row>;
  readonly props: DataTableProps<Row>;
}): ReactElement {
  const { t } = useTranslation();
  const { selected } = state;
  const fitting = props.actions
    .filter(({ single }) => !single)
    .map((action) => ({ action, meant: selected.filter(action.isFor) }))
    .filter(({ meant }) => meant.length > 0);
  return (
    <div className="bulk-bar" data-testid="bulk-bar">
      <span className="bulk-count" aria-live="polite">
        {t('table.selected', { count: selected.length })}
      </span>
      {fitting.map(({ action, meant }) => (
        <Button
          key={action.id}
          size="xs"
          variant={action.danger ? 'light' : 'default'}
          {...(action.danger ? { color: 'red' } : {})}
          leftSection={action.icon}
          disabled={props.stale && !action.harmless}
          data-action={action.id}
          onClick={() => action.run(meant)}
        >
          {meant.length === selected.length ? action.label : `${action.label} (${meant.length})`}
        </Button>
      ))}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('table.clear-selection')}
        onClick={() => state.clearSelection()}
      >
        <IconX size={16} />
      </ActionIcon>
      <span className="spacer" />
    </div>
  );
}
