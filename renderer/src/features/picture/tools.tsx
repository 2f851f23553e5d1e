/** What the toolbars of the matrix and of the diagram have in common: both show the same pairs, looked for and narrowed alike. */
import { ActionIcon, CloseButton, NativeSelect, TextInput, Tooltip } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactElement, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '../../lib/store.ts';

/** Looks for names.  What Enter and Escape do is the picture's; neither sends anything. */
export function PictureSearch(props: {
  readonly fieldRef: Ref<HTMLInputElement>;
  readonly label: string;
  /** What can be looked for; absent: the label says it. */
  readonly placeholder?: string;
  readonly className?: string;
  readonly onKey: (key: 'Enter' | 'Escape') => void;
}): ReactElement {
  const { t } = useTranslation();
  const store = useAppStore();
  const query = useApp((state) => state.query);
  const { label, placeholder = label, className = '' } = props;
  return (
    <TextInput
      ref={props.fieldRef}
      className={`toolbar-search ${className}`}
      size="sm"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        query !== '' && (
          <CloseButton size="sm" aria-label={t('matrix.search.clear')} onClick={() => store.setState({ query: '' })} />
        )
      }
      value={query}
      onChange={(event) => store.setState({ query: event.currentTarget.value })}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        props.onKey(event.key);
      }}
    />
  );
}

/** All networks, or the pairs of one. @param labelled whether its label stands beside it */
export function NetworkSelect(props: {
  readonly networks: readonly string[];
  readonly labelled: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const store = useAppStore();
  const network = useApp((state) => state.network);
  return (
    <NativeSelect
      size="sm"
      className="toolbar-network"
      {...(props.labelled ? {} : { 'aria-label': t('matrix.network.label') })}
      value={network}
      data={[
        { value: '', label: t('matrix.network.all') },
        ...props.networks.map((name) => ({ value: name, label: name })),
      ]}
      onChange={(event) => store.setState({ network: event.currentTarget.value })}
    />
  );
}

export function IconTool(props: {
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
