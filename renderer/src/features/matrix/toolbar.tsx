import { ActionIcon, CloseButton, NativeSelect, TextInput, Tooltip } from '@mantine/core';
import { IconMinus, IconPlus, IconSearch, IconZoomReset } from '@tabler/icons-react';
import type { ReactElement, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '../../lib/store.ts';
import { ViewSwitch } from '../diagram/view-switch.tsx';
import { ExportButton } from '../export/export-button.tsx';
import type { Grouping } from './view.ts';

const GROUPINGS: readonly Grouping[] = ['project', 'network', 'none'];

export function Toolbar(props: {
  readonly searchRef: Ref<HTMLInputElement>;
  readonly matches: number;
  readonly networks: readonly string[];
  readonly onZoom: (direction: 1 | -1 | 0) => void;
  /** Enter in the search field: to the next match. Escape: back to the matrix. */
  readonly onSearchKey: (key: 'Enter' | 'Escape') => void;
}): ReactElement {
  const { t } = useTranslation();
  const store = useAppStore();
  const { query, grouping, network } = {
    query: useApp((state) => state.query),
    grouping: useApp((state) => state.grouping),
    network: useApp((state) => state.network),
  };
  return (
    <div className="toolbar" role="toolbar" aria-label={t('matrix.toolbar')}>
      <ViewSwitch value="matrix" />
      <TextInput
        ref={props.searchRef}
        className="toolbar-search"
        size="sm"
        aria-label={t('matrix.search.label')}
        placeholder={t('matrix.search.placeholder')}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          query !== '' && (
            <CloseButton
              size="sm"
              aria-label={t('matrix.search.clear')}
              onClick={() => store.setState({ query: '' })}
            />
          )
        }
        value={query}
        onChange={(event) => store.setState({ query: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          event.preventDefault();
          props.onSearchKey(event.key);
        }}
      />
      <span className="toolbar-count" role="status">
        {query !== '' && t('matrix.search.matches', { count: props.matches })}
      </span>
      <span className="spacer" />
      <label className="toolbar-field">
        {t('matrix.group.label')}
        <NativeSelect
          size="sm"
          value={grouping}
          data={GROUPINGS.map((value) => ({ value, label: t(`matrix.group.${value}`) }))}
          onChange={(event) => {
            const chosen = GROUPINGS.find((value) => value === event.currentTarget.value);
            if (chosen) store.setState({ grouping: chosen });
          }}
        />
      </label>
      <label className="toolbar-field">
        {t('matrix.network.label')}
        <NativeSelect
          size="sm"
          className="toolbar-network"
          value={network}
          data={[
            { value: '', label: t('matrix.network.all') },
            ...props.networks.map((name) => ({ value: name, label: name })),
          ]}
          onChange={(event) => store.setState({ network: event.currentTarget.value })}
        />
      </label>
      <ActionIcon.Group>
        <ZoomButton label={t('matrix.zoom.out')} onClick={() => props.onZoom(-1)} icon={<IconMinus size={16} />} />
        <ZoomButton label={t('matrix.zoom.reset')} onClick={() => props.onZoom(0)} icon={<IconZoomReset size={16} />} />
        <ZoomButton label={t('matrix.zoom.in')} onClick={() => props.onZoom(1)} icon={<IconPlus size={16} />} />
      </ActionIcon.Group>
      <ExportButton />
    </div>
  );
}

function ZoomButton(props: {
  readonly label: string;
  readonly icon: ReactElement;
  readonly onClick: () => void;
}): ReactElement {
  return (
    <Tooltip label={props.label}>
      <ActionIcon variant="default" size={34} aria-label={props.label} onClick={props.onClick}>
        {props.icon}
      </ActionIcon>
    </Tooltip>
  );
}
