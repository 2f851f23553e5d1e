import { IconBox, IconGridDots, IconHistory } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore, type Screen } from '../lib/store.ts';

const SCREENS: readonly { readonly screen: Screen; readonly Icon: typeof IconBox }[] = [
  { screen: 'matrix', Icon: IconGridDots },
  { screen: 'containers', Icon: IconBox },
  { screen: 'history', Icon: IconHistory },
];

export function Navigation(): ReactElement {
  const { t } = useTranslation();
  const store = useAppStore();
  const current = useApp((state) => state.screen);
  return (
    <nav aria-label={t('app.navigation')} className="nav">
      {SCREENS.map(({ screen, Icon }) => (
        <button
          key={screen}
          type="button"
          aria-current={screen === current ? 'page' : undefined}
          data-testid={`nav-${screen}`}
          onClick={() => store.setState({ screen })}
        >
          <Icon size={17} aria-hidden /> {t(`app.nav.${screen}`)}
        </button>
      ))}
    </nav>
  );
}
