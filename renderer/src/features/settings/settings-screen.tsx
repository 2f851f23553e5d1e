import { NativeSelect, Radio, Switch } from '@mantine/core';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DENSITIES, LANGUAGE_CHOICES, NOTICES, THEMES } from '../../../../shared/settings.ts';
import { LANGUAGE_NAMES } from '../../i18n/names.ts';
import { useSetSettings, useSettings } from '../../lib/use-settings.ts';
import { ClearEngine } from './clear-engine.tsx';
import { DataFolder } from './data-folder.tsx';
import { Engines } from './engines.tsx';
import { Findings } from './findings.tsx';
import { Trouble } from './trouble.tsx';
import './settings.css';

const DESKTOP = ['closeToTray', 'startAtLogin', 'updates'] as const;

/** What a person chooses about Bulkhead itself; every choice is kept at once. */
export function SettingsScreen(): ReactElement {
  const { t } = useTranslation();
  const { look, guard, notifications, desktop } = useSettings();
  const set = useSetSettings();
  return (
    <div className="settings" data-testid="settings">
      <h2>{t('settings.title')}</h2>
      <Trouble />
      <Section title={t('settings.look.title')}>
        <Choice
          name="theme"
          label={t('app.scheme.label')}
          value={look.theme}
          options={THEMES.map((theme) => ({ value: theme, label: t(`app.scheme.${theme}`) }))}
          onChange={(theme) => set({ look: { theme } })}
        />
        <NativeSelect
          label={t('app.language')}
          className="settings-select"
          data-testid="settings-language"
          value={look.language}
          data={LANGUAGE_CHOICES.map((language) => ({
            value: language,
            label: language === 'system' ? t('settings.look.language-system') : LANGUAGE_NAMES[language],
          }))}
          onChange={({ currentTarget: { value } }) => {
            const language = LANGUAGE_CHOICES.find((one) => one === value);
            if (language) set({ look: { language } });
          }}
        />
        <Choice
          name="density"
          label={t('settings.look.density')}
          value={look.density}
          options={DENSITIES.map((density) => ({ value: density, label: t(`settings.look.${density}`) }))}
          onChange={(density) => set({ look: { density } })}
        />
        <p className="quiet">{t('settings.look.motion')}</p>
      </Section>
      <Section title={t('settings.engines.title')}>
        <Engines />
      </Section>
      <Section title={t('settings.guard.title')}>
        <Choice
          name="posture"
          label={t('settings.guard.posture')}
          value={guard.posture}
          options={(['open', 'guarded'] as const).map((posture) => ({
            value: posture,
            label: t(`settings.guard.${posture}.label`),
            description: t(`settings.guard.${posture}.text`),
          }))}
          onChange={(posture) => set({ guard: { posture } })}
        />
        <Findings />
      </Section>
      <Section title={t('settings.notices.title')}>
        <p className="quiet">{t('settings.notices.text')}</p>
        {NOTICES.map((notice) => (
          <Switch
            key={notice}
            label={t(`settings.notices.${notice}`)}
            data-testid={`notice-${notice}`}
            checked={notifications[notice]}
            onChange={({ currentTarget: { checked } }) => set({ notifications: { [notice]: checked } })}
          />
        ))}
      </Section>
      <Section title={t('settings.desktop.title')}>
        <p className="quiet">{t('settings.desktop.text')}</p>
        {DESKTOP.map((what) => (
          <Switch
            key={what}
            label={t(`settings.desktop.${what}`)}
            data-testid={`desktop-${what}`}
            checked={desktop[what]}
            onChange={({ currentTarget: { checked } }) => set({ desktop: { [what]: checked } })}
          />
        ))}
      </Section>
      <Section title={t('settings.privacy.title')}>
        <p>{t('settings.privacy.text')}</p>
      </Section>
      <Section title={t('settings.data.title')}>
        <DataFolder />
      </Section>
      <Section title={t('settings.clear.title')}>
        <ClearEngine />
      </Section>
    </div>
  );
}

function Section(props: { readonly title: string; readonly children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <section className="settings-section" aria-labelledby={id}>
      <h3 id={id}>{props.title}</h3>
      {props.children}
    </section>
  );
}

function Choice<Value extends string>(props: {
  readonly name: string;
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly description?: string }[];
  readonly onChange: (value: Value) => void;
}): ReactElement {
  return (
    <Radio.Group
      label={props.label}
      value={props.value}
      onChange={(text) => {
        const found = props.options.find(({ value }) => value === text);
        if (found) props.onChange(found.value);
      }}
    >
      <div className="settings-choice">
        {props.options.map(({ value, label, description }) => (
          <Radio
            key={value}
            value={value}
            label={label}
            description={description}
            data-testid={`${props.name}-${value}`}
          />
        ))}
      </div>
    </Radio.Group>
  );
}
