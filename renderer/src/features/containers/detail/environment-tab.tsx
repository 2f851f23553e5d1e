import { ActionIcon, CloseButton, Switch, TextInput } from '@mantine/core';
import { IconEye, IconEyeOff, IconSearch } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isSecret, MASK } from '../../../lib/secrets.ts';
import { Copy } from '../../../ui/copy.tsx';
import { TabFrame } from './tab-frame.tsx';
import type { DetailProps } from './tabs.ts';
import { textsIn, useInspection, type Json } from './use-inspection.ts';

/** The variables it was started with; what looks like a secret is hidden until it is asked for. */
export function EnvironmentTab({ container }: DetailProps): ReactElement {
  const fetched = useInspection(container);
  return <TabFrame fetched={fetched}>{(json) => <Variables json={json} />}</TabFrame>;
}

function Variables({ json }: { readonly json: Json }): ReactElement {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState<ReadonlySet<number>>(new Set());
  const variables = textsIn(json, 'Config', 'Env').map((line, index) => {
    const equals = line.indexOf('=');
    return equals < 0
      ? { index, name: line, value: '' }
      : { index, name: line.slice(0, equals), value: line.slice(equals + 1) };
  });
  const wanted = search.trim().toLowerCase();
  // Hidden values are not searched: a hit would tell of them.
  const found = variables.filter(({ name, value }) =>
    `${name} ${isSecret(name, value) ? '' : value}`.toLowerCase().includes(wanted),
  );
  return (
    <div className="detail-scroll" data-testid="environment">
      <div className="detail-tools">
        <TextInput
          size="sm"
          aria-label={t('containers.environment.search')}
          placeholder={t('containers.environment.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            search !== '' && (
              <CloseButton size="sm" aria-label={t('table.clear-search')} onClick={() => setSearch('')} />
            )
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Switch
          label={t('containers.environment.show-all')}
          checked={isOpen}
          onChange={(event) => setOpen(event.currentTarget.checked)}
        />
        <span className="spacer" />
        <span className="quiet">{t('containers.environment.count', { count: variables.length })}</span>
      </div>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('containers.environment.name')}</th>
            <th scope="col">{t('containers.environment.value')}</th>
            <th scope="col">
              <span className="hidden">{t('containers.column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map(({ index, name, value }) => {
            const secret = isSecret(name, value);
            const visible = !secret || isOpen || shown.has(index);
            return (
              <tr key={index} data-secret={secret}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  <code>{visible ? shortened(value) : MASK}</code>
                </td>
                <td className="plain-actions">
                  {secret && !isOpen && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t(visible ? 'containers.environment.hide' : 'containers.environment.show', { name })}
                      onClick={() => setShown(toggled(shown, index))}
                    >
                      {visible ? <IconEyeOff size={16} /> : <IconEye size={16} />}
                    </ActionIcon>
                  )}
                  <Copy value={value} label={t('containers.environment.copy', { name })} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** More of one value is shown to nobody's use; all of it is copied. */
const LONGEST = 2000;

function shortened(value: string): string {
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

function toggled(set: ReadonlySet<number>, one: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}
