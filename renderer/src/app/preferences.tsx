import { ActionIcon, Menu } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../shared/settings.ts';
import { LANGUAGES } from '../i18n/index.ts';
import { LANGUAGE_NAMES } from '../i18n/names.ts';
import { useSetSettings, useSettings } from '../lib/use-settings.ts';

const SCHEMES: readonly { readonly scheme: Settings['look']['theme']; readonly Icon: typeof IconSun }[] = [
  { scheme: 'light', Icon: IconSun },
  { scheme: 'dark', Icon: IconMoon },
  { scheme: 'system', Icon: IconDeviceDesktop },
];

/** The two choices that are wanted most, from everywhere; the others are in the settings. */
export function Preferences(): ReactElement {
  const { t, i18n } = useTranslation();
  const { theme } = useSettings().look;
  const set = useSetSettings();
  const Current = SCHEMES.find(({ scheme }) => scheme === theme)?.Icon ?? IconDeviceDesktop;
  return (
    <div className="preferences">
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('app.language')}
            data-testid="language"
            title={t('app.language')}
          >
            <IconLanguage size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {LANGUAGES.map((language) => (
            <Menu.Item
              key={language}
              lang={language}
              rightSection={i18n.language === language && <IconCheck size={16} aria-hidden />}
              onClick={() => set({ look: { language } })}
            >
              {LANGUAGE_NAMES[language]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('app.scheme.label')}
            data-testid="scheme"
            title={t('app.scheme.label')}
          >
            <Current size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {SCHEMES.map(({ scheme, Icon }) => (
            <Menu.Item
              key={scheme}
              leftSection={<Icon size={16} aria-hidden />}
              rightSection={scheme === theme && <IconCheck size={16} aria-hidden />}
              onClick={() => set({ look: { theme: scheme } })}
            >
              {t(`app.scheme.${scheme}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
