import {
  IconBook2,
  IconBox,
  IconBoxMultiple,
  IconDatabase,
  IconGridDots,
  IconHierarchy3,
  IconHistory,
  IconHome,
  IconNetwork,
  IconServer2,
  IconSettings,
  IconStack2,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf, type Screen } from '../lib/route.ts';
import { useApp } from '../lib/store.ts';

const SCREENS: readonly { readonly screen: Screen; readonly Icon: typeof IconBox }[] = [
  { screen: 'overview', Icon: IconHome },
  { screen: 'matrix', Icon: IconGridDots },
  { screen: 'containers', Icon: IconBox },
  { screen: 'compose', Icon: IconBoxMultiple },
  { screen: 'images', Icon: IconStack2 },
  { screen: 'volumes', Icon: IconDatabase },
  { screen: 'networks', Icon: IconNetwork },
  { screen: 'services', Icon: IconHierarchy3 },
  { screen: 'engine', Icon: IconServer2 },
  { screen: 'history', Icon: IconHistory },
  { screen: 'guide', Icon: IconBook2 },
  { screen: 'settings', Icon: IconSettings },
];

export function Navigation(): ReactElement {
  const { t } = useTranslation();
  const current = useApp((state) => state.route.screen);
  return (
    <nav aria-label={t('app.navigation')} className="nav">
      {SCREENS.map(({ screen, Icon }) => (
        <a
          key={screen}
          href={hashOf(screen)}
          aria-current={screen === current ? 'page' : undefined}
          data-testid={`nav-${screen}`}
          title={t(`app.nav.${screen}`)}
        >
          <Icon size={18} aria-hidden /> <span className="nav-text">{t(`app.nav.${screen}`)}</span>
        </a>
      ))}
    </nav>
  );
}
