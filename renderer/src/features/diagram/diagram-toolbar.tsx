import { ActionIcon, Button, Menu, NativeSelect } from '@mantine/core';
import { IconArrowsMaximize, IconChevronDown, IconMinus, IconPinnedOff, IconPlus } from '@tabler/icons-react';
import type { ReactElement, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownInput } from '../../../../shared/contract/diagram.ts';
import type { Folded } from '../../../../shared/diagram/collapse.ts';
import { LAYERS } from '../../../../shared/diagram/shown.ts';
import type { Layer } from '../../../../shared/reachability/model.ts';
import { useAppStore } from '../../lib/store.ts';
import { ExportButton } from '../export/export-button.tsx';
import { IconTool, NetworkSelect, PictureSearch } from '../picture/tools.tsx';
import type { LayoutKind } from './use-layout.ts';
import { ViewSwitch } from './view-switch.tsx';

const LAYOUTS: readonly LayoutKind[] = ['layered', 'force'];

export function DiagramToolbar(props: {
  readonly searchRef: Ref<HTMLInputElement>;
  readonly networks: readonly string[];
  readonly projects: readonly string[];
  readonly compartments: readonly { readonly key: string; readonly name: string }[];
  readonly layout: LayoutKind;
  readonly layers: ReadonlySet<Layer>;
  readonly folded: Folded;
  readonly pinned: number;
  /** What an export of what is shown must know beside the filters. */
  readonly shown: ShownInput;
  readonly onLayout: (layout: LayoutKind) => void;
  readonly onLayers: (layers: ReadonlySet<Layer>) => void;
  readonly onFolded: (folded: Folded) => void;
  readonly onUnpin: () => void;
  readonly onFit: () => void;
  readonly onZoom: (factor: number) => void;
  readonly onSearchEnd: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const store = useAppStore();
  const { layers, folded } = props;
  const count = folded.projects.size + folded.networks.size;
  return (
    <div className="toolbar" role="toolbar" aria-label={t('diagram.toolbar')}>
      <ViewSwitch value="diagram" />
      <PictureSearch
        fieldRef={props.searchRef}
        label={t('diagram.filter')}
        className="diagram-search"
        onKey={(key) => {
          if (key === 'Escape') store.setState({ query: '' });
          props.onSearchEnd();
        }}
      />
      <span className="spacer" />
      <Menu closeOnItemClick={false} position="bottom-end">
        <Menu.Target>
          <Button variant="default" size="sm" rightSection={<IconChevronDown size={14} />}>
            {t('diagram.layers')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {LAYERS.map((layer) => (
            <Menu.CheckboxItem
              key={layer}
              checked={layers.has(layer)}
              onChange={() => props.onLayers(toggled(layers, layer))}
            >
              {t(`diagram.layer.${layer}`)}
            </Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu closeOnItemClick={false} position="bottom-end">
        <Menu.Target>
          <Button variant="default" size="sm" rightSection={<IconChevronDown size={14} />} data-testid="diagram-fold">
            {count === 0 ? t('diagram.fold') : t('diagram.folded', { count })}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className="diagram-folds">
          {props.projects.length > 0 && <Menu.Label>{t('diagram.projects')}</Menu.Label>}
          {props.projects.map((name) => (
            <Menu.CheckboxItem
              key={name}
              checked={folded.projects.has(name)}
              onChange={() => props.onFolded({ ...folded, projects: toggled(folded.projects, name) })}
            >
              {name}
            </Menu.CheckboxItem>
          ))}
          {props.compartments.length > 0 && <Menu.Label>{t('diagram.networks')}</Menu.Label>}
          {props.compartments.map(({ key, name }) => (
            <Menu.CheckboxItem
              key={key}
              checked={folded.networks.has(key)}
              onChange={() => props.onFolded({ ...folded, networks: toggled(folded.networks, key) })}
            >
              {name}
            </Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      <NetworkSelect labelled={false} networks={props.networks} />
      <NativeSelect
        size="sm"
        aria-label={t('diagram.layout.label')}
        value={props.layout}
        data={LAYOUTS.map((value) => ({ value, label: t(`diagram.layout.${value}`) }))}
        onChange={(event) => props.onLayout(LAYOUTS.find((one) => one === event.currentTarget.value) ?? 'layered')}
      />
      <ActionIcon.Group>
        {props.pinned > 0 && (
          <IconTool label={t('diagram.unpin')} onClick={props.onUnpin} icon={<IconPinnedOff size={16} />} />
        )}
        <IconTool label={t('matrix.zoom.out')} onClick={() => props.onZoom(0.8)} icon={<IconMinus size={16} />} />
        <IconTool label={t('diagram.fit')} onClick={props.onFit} icon={<IconArrowsMaximize size={16} />} />
        <IconTool label={t('matrix.zoom.in')} onClick={() => props.onZoom(1.25)} icon={<IconPlus size={16} />} />
      </ActionIcon.Group>
      <ExportButton view="diagram" shown={props.shown} />
    </div>
  );
}

function toggled<Value>(values: ReadonlySet<Value>, value: Value): ReadonlySet<Value> {
  const next = new Set(values);
  if (!next.delete(value)) next.add(value);
  return next;
}
