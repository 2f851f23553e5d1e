import { Autocomplete, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draft, Problem } from './draft.ts';
import { Rows } from './rows.tsx';

const RESTARTS = ['no', 'on-failure', 'always', 'unless-stopped'] as const;
const MODES = ['bridge', 'host', 'none'];

/** Every field of the run dialog. */
export function RunForm(props: {
  readonly draft: Draft;
  readonly problems: ReadonlySet<Problem>;
  /** Names that are known, to choose from. */
  readonly images: readonly string[];
  readonly networks: readonly string[];
  readonly onChange: (part: Partial<Draft>) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { draft, problems, onChange } = props;
  const error = (problem: Problem): string | null =>
    problems.has(problem) ? t(`containers.run.problem.${problem}`) : null;
  const text = (field: 'name' | 'hostname' | 'user' | 'workdir'): ReactElement => (
    <TextInput
      label={t(`containers.run.${field}`)}
      placeholder={field === 'name' ? t('containers.run.name-auto') : ''}
      value={draft[field]}
      // Where the image is known: its field would unfold what it has already, over the next ones.
      data-autofocus={(field === 'name' && draft.image !== '') || undefined}
      onChange={(event) => onChange({ [field]: event.currentTarget.value })}
    />
  );
  return (
    <div className="run-form">
      <div className="run-pair">
        <Autocomplete
          label={t('containers.run.image')}
          placeholder="nginx:latest"
          data={[...props.images]}
          // No more than fit: a list that scrolls would have to have the keyboard, which the field has.
          limit={6}
          value={draft.image}
          error={error('image-missing')}
          comboboxProps={{ withinPortal: true }}
          data-autofocus={draft.image === '' || undefined}
          data-testid="run-image"
          onChange={(image) => onChange({ image })}
        />
        {text('name')}
      </div>
      <TextInput
        label={t('containers.run.command')}
        description={t('containers.run.command-about')}
        value={draft.command}
        error={error('command-bad')}
        data-testid="run-command"
        onChange={(event) => onChange({ command: event.currentTarget.value })}
      />
      <Rows
        title={t('containers.run.ports')}
        add={t('containers.run.add-port')}
        testId="run-ports"
        items={draft.ports}
        fresh={{ address: '', hostPort: '', port: '', protocol: 'tcp' }}
        error={error('port-bad')}
        onChange={(ports) => onChange({ ports })}
      >
        {(port, change) => (
          <>
            <TextInput
              aria-label={t('containers.run.port-address')}
              placeholder={t('containers.run.port-address')}
              value={port.address}
              onChange={(event) => change({ address: event.currentTarget.value })}
            />
            <TextInput
              aria-label={t('containers.run.port-host')}
              placeholder={t('containers.run.port-host')}
              inputMode="numeric"
              value={port.hostPort}
              onChange={(event) => change({ hostPort: event.currentTarget.value })}
            />
            <span aria-hidden>→</span>
            <TextInput
              aria-label={t('containers.run.port-inner')}
              placeholder={t('containers.run.port-inner')}
              inputMode="numeric"
              value={port.port}
              onChange={(event) => change({ port: event.currentTarget.value })}
            />
            <NativeSelect
              aria-label={t('containers.run.port-protocol')}
              data={['tcp', 'udp', 'sctp']}
              value={port.protocol}
              onChange={(event) => change({ protocol: event.currentTarget.value as 'tcp' })}
            />
          </>
        )}
      </Rows>
      <Rows
        title={t('containers.run.env')}
        add={t('containers.run.add-env')}
        testId="run-env"
        items={draft.env}
        fresh={{ name: '', value: '' }}
        error={error('env-bad')}
        onChange={(env) => onChange({ env })}
      >
        {(variable, change) => (
          <>
            <TextInput
              aria-label={t('containers.environment.name')}
              placeholder="NAME"
              value={variable.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <span aria-hidden>=</span>
            <TextInput
              className="run-wide"
              aria-label={t('containers.environment.value')}
              placeholder={t('containers.environment.value')}
              value={variable.value}
              onChange={(event) => change({ value: event.currentTarget.value })}
            />
          </>
        )}
      </Rows>
      <Rows
        title={t('containers.run.mounts')}
        add={t('containers.run.add-mount')}
        testId="run-mounts"
        items={draft.mounts}
        fresh={{ type: 'volume', source: '', target: '', readOnly: false }}
        error={error('mount-bad')}
        onChange={(mounts) => onChange({ mounts })}
      >
        {(mount, change) => (
          <>
            <NativeSelect
              aria-label={t('containers.mounts.type')}
              data={(['volume', 'bind', 'tmpfs'] as const).map((value) => ({
                value,
                label: t(`containers.run.mount.${value}`),
              }))}
              value={mount.type}
              onChange={(event) => change({ type: event.currentTarget.value as 'volume' })}
            />
            {mount.type !== 'tmpfs' && (
              <TextInput
                className="run-wide"
                aria-label={t('containers.mounts.source')}
                placeholder={mount.type === 'bind' ? '/srv/data' : t('containers.run.volume-name')}
                value={mount.source}
                onChange={(event) => change({ source: event.currentTarget.value })}
              />
            )}
            <span aria-hidden>→</span>
            <TextInput
              className="run-wide"
              aria-label={t('containers.mounts.destination')}
              placeholder="/data"
              value={mount.target}
              onChange={(event) => change({ target: event.currentTarget.value })}
            />
            <Switch
              label={t('containers.mounts.read-only')}
              checked={mount.readOnly}
              onChange={(event) => change({ readOnly: event.currentTarget.checked })}
            />
          </>
        )}
      </Rows>
      <Rows
        title={t('containers.run.networks')}
        add={t('containers.run.add-network')}
        testId="run-networks"
        items={draft.networks}
        fresh={{ name: '', aliases: '', ipv4: '' }}
        error={error('network-missing')}
        onChange={(networks) => onChange({ networks })}
      >
        {(network, change) => (
          <>
            <Autocomplete
              aria-label={t('containers.run.network')}
              placeholder={t('containers.run.network')}
              data={[...new Set([...props.networks, ...MODES])]}
              value={network.name}
              onChange={(name) => change({ name })}
            />
            <TextInput
              className="run-wide"
              aria-label={t('containers.run.aliases')}
              placeholder={t('containers.run.aliases')}
              value={network.aliases}
              onChange={(event) => change({ aliases: event.currentTarget.value })}
            />
            <TextInput
              aria-label={t('containers.run.address')}
              placeholder={t('containers.run.address')}
              value={network.ipv4}
              onChange={(event) => change({ ipv4: event.currentTarget.value })}
            />
          </>
        )}
      </Rows>
      <div className="run-pair">
        <NativeSelect
          label={t('containers.run.restart')}
          data={RESTARTS.map((value) => ({ value, label: t(`containers.run.restart-policy.${value}`) }))}
          value={draft.restart}
          error={error('remove-restart')}
          onChange={(event) => onChange({ restart: event.currentTarget.value as Draft['restart'] })}
        />
        {draft.restart === 'on-failure' && (
          <NumberInput
            label={t('containers.run.tries')}
            min={0}
            value={draft.restartTries}
            onChange={(value) => onChange({ restartTries: Number(value) || 0 })}
          />
        )}
        <TextInput
          label={t('containers.run.memory')}
          placeholder="512m"
          value={draft.memory}
          error={error('memory-bad')}
          onChange={(event) => onChange({ memory: event.currentTarget.value })}
        />
        <TextInput
          label={t('containers.run.cpus')}
          placeholder="1.5"
          value={draft.cpus}
          error={error('cpus-bad')}
          onChange={(event) => onChange({ cpus: event.currentTarget.value })}
        />
      </div>
      <details className="run-more">
        <summary>{t('containers.run.more')}</summary>
        <TextInput
          label={t('containers.run.entrypoint')}
          value={draft.entrypoint}
          error={error('entrypoint-bad')}
          onChange={(event) => onChange({ entrypoint: event.currentTarget.value })}
        />
        <div className="run-pair">
          {text('hostname')}
          {text('user')}
          {text('workdir')}
        </div>
        <Rows
          title={t('containers.run.labels')}
          add={t('containers.run.add-label')}
          testId="run-labels"
          items={draft.labels}
          fresh={{ name: '', value: '' }}
          error={null}
          onChange={(labels) => onChange({ labels })}
        >
          {(label, change) => (
            <>
              <TextInput
                className="run-wide"
                aria-label={t('containers.environment.name')}
                value={label.name}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <span aria-hidden>=</span>
              <TextInput
                className="run-wide"
                aria-label={t('containers.environment.value')}
                value={label.value}
                onChange={(event) => change({ value: event.currentTarget.value })}
              />
            </>
          )}
        </Rows>
        <Switch
          label={t('containers.run.tty')}
          checked={draft.tty}
          onChange={(event) => onChange({ tty: event.currentTarget.checked })}
        />
        <Switch
          label={t('containers.run.auto-remove')}
          checked={draft.autoRemove}
          onChange={(event) => onChange({ autoRemove: event.currentTarget.checked })}
        />
        <Switch
          label={t('containers.run.privileged')}
          checked={draft.privileged}
          onChange={(event) => onChange({ privileged: event.currentTarget.checked })}
        />
      </details>
    </div>
  );
}
