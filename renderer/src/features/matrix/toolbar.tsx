import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconMinus, IconPlus, IconZoomReset } from '@tabler/icons-react';
import type { ReactElement, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownInput } from '../../../../shared/contract/diagram.ts';
import { useApp, useAppStore } from '../../lib/store.ts';
import { ViewSwitch } from '../diagram/view-switch.tsx';
import { ExportButton } from '../export/export-button.tsx';
import { IconTool, NetworkSelect, PictureSearch } from '../picture/tools.tsx';
import type { Grouping } from './view.ts';

const GROUPINGS: readonly Grouping[] = ['project', 'network', 'none'];

export function Toolbar(props: {
  readonly searchRef: Ref<HTMLInputElement>;
  readonly matches: number;
  readonly networks: readonly string[];
  /** What an export of what is shown must know beside the filters. */
  readonly shown: ShownInput;
  readonly onZoom: (direction: 1 | -1 | 0) => void;
  /** Enter in the search field: to the next match. Escape: back to the matrix. */
  readonly onSearchKey: (key: 'Enter' | 'Escape') => void;
}): ReactElement {
  const { t } = useTranslation();
  const store = useAppStore();
  const query = useApp((state) => state.query);
  const grouping = useApp((state) => state.grouping);
  return (
    <div className="toolbar" role="toolbar" aria-label={t('matrix.toolbar')}>
      <ViewSwitch value="matrix" />
      <PictureSearch
        fieldRef={props.searchRef}
        label={t('matrix.search.label')}
        placeholder={t('matrix.search.placeholder')}
        onKey={props.onSearchKey}
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
        <NetworkSelect labelled networks={props.networks} />
      </label>
      <ActionIcon.Group>
        <IconTool label={t('matrix.zoom.out')} onClick={() => props.onZoom(-1)} icon={<IconMinus size={16} />} />
        <IconTool label={t('matrix.zoom.reset')} onClick={() => props.onZoom(0)} icon={<IconZoomReset size={16} />} />
        <IconTool label={t('matrix.zoom.in')} onClick={() => props.onZoom(1)} icon={<IconPlus size={16} />} />
      </ActionIcon.Group>
      <ExportButton view="matrix" shown={props.shown} />
    </div>
  );
}
