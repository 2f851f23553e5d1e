import { ActionIcon, Menu, Tooltip, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, LANGUAGES, type Language } from '../i18n/index.ts';

const SCHEMES: readonly { readonly scheme: MantineColorScheme; readonly Icon: typeof IconSun }[] = [
  { scheme: 'light', Icon: IconSun },
  { scheme: 'dark', Icon: IconMoon },
  { scheme: 'auto', Icon: IconDeviceDesktop },
];

/** Languages name themselves. */
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' };

export function Preferences(): ReactElement {
  const { t, i18n } = useTranslation();
  // Suppressing transitions would need a style element, which the content security policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const Current = SCHEMES.find(({ scheme }) => scheme === colorScheme)?.Icon ?? IconDeviceDesktop;
  return (
    <div className="preferences">
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t('app.language')}>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('app.language')} data-testid="language">
              <IconLanguage size={18} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {LANGUAGES.map((language) => (
            <Menu.Item
              key={language}
              lang={language}
              rightSection={i18n.language === language && <IconCheck size={16} aria-hidden />}
              onClick={() => void changeLanguage(i18n, language)}
            >
              {LANGUAGE_NAMES[language]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t('app.scheme.label')}>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('app.scheme.label')} data-testid="scheme">
              <Current size={18} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {SCHEMES.map(({ scheme, Icon }) => (
            <Menu.Item
              key={scheme}
              leftSection={<Icon size={16} aria-hidden />}
              rightSection={colorScheme === scheme && <IconCheck size={16} aria-hidden />}
              onClick={() => setColorScheme(scheme)}
            >
              {t(`app.scheme.${scheme}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
