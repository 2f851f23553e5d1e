import { ActionIcon, Checkbox, Menu, NativeSelect, TextInput, Tooltip } from '@mantine/core';
import {
  IconAdjustments,
  IconChevronDown,
  IconChevronUp,
  IconCopy,
  IconDeviceFloppy,
  IconFilter,
  IconRegex,
  IconSearch,
  IconTextWrap,
  IconClock,
  IconEraser,
} from '@tabler/icons-react';
import { memo, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LOG_LEVELS, type LogLevel } from '../../../../shared/logs/level.ts';
import { SINCES, type LogChoices, type Since } from './log-choices.ts';

/** Everything that can be chosen about what is shown.  Drawn again only when something of it changes: lines come often. */
export const LogsToolbar = memo(function LogsToolbar(props: {
  readonly choices: LogChoices;
  readonly onChange: (change: Partial<LogChoices>) => void;
  /** Why the pattern is none; `''`: it is one. */
  readonly wrong: string;
  /** How many lines match; null: nothing is looked for. */
  readonly matches: number | null;
  /** Which of them is in sight, from 1; 0: none. */
  readonly at: number;
  readonly onStep: (by: 1 | -1) => void;
  /** Name of the project, where others belong to it too. */
  readonly project: string;
  readonly onCopy: () => void;
  readonly onSave: () => void;
  readonly onClear: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { choices, onChange, wrong, matches, at, onStep, project } = props;
  const { search, isRegex, onlyMatching, levels, times, wrap, since, wholeProject } = choices;
  const toggled = (level: LogLevel): LogLevel[] =>
    levels.includes(level) ? levels.filter((one) => one !== level) : [...levels, level];
  return (
    <div className="logs-tools" role="toolbar" aria-label={t('logs.tools')}>
      <TextInput
        className="logs-search"
        size="xs"
        leftSection={<IconSearch size={15} aria-hidden />}
        aria-label={t('logs.search')}
        placeholder={t('logs.search')}
        value={search}
        error={wrong === '' ? undefined : wrong}
        data-testid="log-search"
        onChange={({ currentTarget }) => onChange({ search: currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape' && search !== '') onChange({ search: '' });
        }}
      />
      <Toggle label={t('logs.regex')} on={isRegex} onToggle={() => onChange({ isRegex: !isRegex })}>
        <IconRegex size={17} aria-hidden />
      </Toggle>
      <Toggle
        label={t('logs.only-matching')}
        on={onlyMatching}
        onToggle={() => onChange({ onlyMatching: !onlyMatching })}
      >
        <IconFilter size={17} aria-hidden />
      </Toggle>
      {matches !== null && (
        <span className="logs-matches" data-testid="log-matches" data-count={matches}>
          {t('logs.matches', { at, count: matches })}
          <Press label={t('logs.previous')} onPress={() => onStep(-1)} disabled={matches === 0}>
            <IconChevronUp size={16} aria-hidden />
          </Press>
          <Press label={t('logs.next')} onPress={() => onStep(1)} disabled={matches === 0}>
            <IconChevronDown size={16} aria-hidden />
          </Press>
        </span>
      )}
      <Menu position="bottom-start" closeOnItemClick={false}>
        <Menu.Target>
          <ActionIcon
            variant={levels.length === 0 ? 'subtle' : 'light'}
            size="md"
            aria-label={t('logs.levels')}
            title={t('logs.levels')}
            data-testid="log-levels"
          >
            <IconAdjustments size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('logs.levels')}</Menu.Label>
          {LOG_LEVELS.map((level) => {
            const on = levels.length === 0 || levels.includes(level);
            return (
              <Menu.CheckboxItem
                key={level}
                checked={on}
                onChange={() => onChange({ levels: levels.length === 0 ? [level] : toggled(level) })}
              >
                {t(`logs.level.${level}`)}
              </Menu.CheckboxItem>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      <NativeSelect
        size="xs"
        aria-label={t('logs.since')}
        value={since}
        data={SINCES.map((value) => ({ value, label: t(`logs.since-${value}`) }))}
        onChange={({ currentTarget }) => onChange({ since: currentTarget.value as Since })}
      />
      {project !== '' && (
        <Checkbox
          size="xs"
          label={t('logs.project', { project })}
          checked={wholeProject}
          data-testid="log-project"
          onChange={({ currentTarget }) => onChange({ wholeProject: currentTarget.checked })}
        />
      )}
      <span className="spacer" />
      <Toggle label={t('logs.times')} on={times} onToggle={() => onChange({ times: !times })}>
        <IconClock size={17} aria-hidden />
      </Toggle>
      <Toggle label={t('logs.wrap')} on={wrap} onToggle={() => onChange({ wrap: !wrap })}>
        <IconTextWrap size={17} aria-hidden />
      </Toggle>
      <Press label={t('logs.copy')} onPress={props.onCopy}>
        <IconCopy size={17} aria-hidden />
      </Press>
      <Press label={t('logs.save')} onPress={props.onSave}>
        <IconDeviceFloppy size={17} aria-hidden />
      </Press>
      <Press label={t('logs.clear')} onPress={props.onClear}>
        <IconEraser size={17} aria-hidden />
      </Press>
    </div>
  );
});

function Toggle(props: {
  readonly label: string;
  readonly on: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        variant={props.on ? 'light' : 'subtle'}
        size="md"
        aria-label={props.label}
        aria-pressed={props.on}
        onClick={props.onToggle}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

function Press(props: {
  readonly label: string;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        variant="subtle"
        size="md"
        aria-label={props.label}
        disabled={props.disabled ?? false}
        onClick={props.onPress}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
