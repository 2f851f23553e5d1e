import { Button, Loader } from '@mantine/core';
import { IconBox, IconFlask, IconPlugConnectedX } from '@tabler/icons-react';
import { Suspense, useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../features/changes/change-dialog.tsx';
import { PauseBanner } from '../features/changes/pause-banner.tsx';
import { ActivityTray } from '../features/jobs/activity-tray.tsx';
import { TroubleBanner } from '../features/settings/trouble.tsx';
import { PaletteHost } from '../features/palette/palette-host.tsx';
import { goTo, type Screen } from '../lib/route.ts';
import { isStale, useApp } from '../lib/store.ts';
import { ErrorLine } from '../ui/error-card.tsx';
import { Face } from '../ui/face.tsx';
import { EngineMenu } from './engine-menu.tsx';
import { FailedFace } from './failed-face.tsx';
import { GuardChip } from './guard-chip.tsx';
import { Navigation } from './navigation.tsx';
import { Preferences } from './preferences.tsx';
import {
  ComposeScreen,
  ContainersScreen,
  DiagramScreen,
  EngineScreen,
  GuideScreen,
  HistoryScreen,
  ImagesScreen,
  MatrixScreen,
  NetworksScreen,
  OverviewScreen,
  ServicesScreen,
  SettingsScreen,
  VolumesScreen,
  WelcomeScreen,
} from './screens.ts';

export function Shell(): ReactElement {
  const { t } = useTranslation();
  const demo = useApp(({ engine }) => engine !== null && 'engine' in engine && engine.engine.kind === 'demo');
  const isFirstRun = useApp(({ settings }) => settings?.firstRun === true);
  useKeyboardStays();
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          // The address says where the page is, which this does not change.
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('app.skip')}
      </a>
      <header>
        <div className="header">
          <h1 className="brand">
            <Mark /> <span className="narrow-hidden">Bulkhead</span>
          </h1>
          <span className="spacer" />
          <PaletteHost />
          <ActivityTray />
          <GuardChip />
          {!isFirstRun && <EngineMenu />}
          <Preferences />
        </div>
        {demo && (
          <p className="banner banner-demo" data-testid="demo-banner">
            <IconFlask size={16} aria-hidden /> {t('app.demo')}
          </p>
        )}
        <PauseBanner />
        <LostBanner />
        <TroubleBanner />
      </header>
      <div className="body">
        <Navigation />
        <main id="main" className="main" tabIndex={-1}>
          <Suspense fallback={<Face icon={<Loader size={36} />} title={t('common.loading')} />}>
            <Content />
          </Suspense>
        </main>
      </div>
      <ChangeDialog />
    </div>
  );
}

/** What had the keyboard may be gone with the screen that was left: it goes on in the next one, not at the page's beginning. */
function useKeyboardStays(): void {
  const screen = useApp((state) => state.route.screen);
  const view = useApp((state) => state.route.query['view']);
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
  }, [screen, view]);
}

function Mark(): ReactElement {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="7" fill="#123c55" />
      <path d="M14.5 5h3v22h-3z" fill="#ffb59a" />
      <path d="M6 8h6v6H6zM6 18h6v6H6z" fill="#9ad0f0" />
      <path d="M20 8h6v6h-6zM20 18h6v6h-6z" fill="#5b7d92" />
    </svg>
  );
}

function LostBanner(): ReactElement | null {
  const { t } = useTranslation();
  const link = useApp((state) => state.link);
  const engine = useApp((state) => state.engine);
  if (link === 'down') {
    return (
      <p className="banner banner-lost" role="status" data-testid="lost-banner">
        <Loader size={14} aria-hidden /> {t('app.core-lost')}
      </p>
    );
  }
  if (engine?.phase !== 'reconnecting') return null;
  return (
    <p className="banner banner-lost" role="status" data-testid="lost-banner">
      <Loader size={14} aria-hidden />
      <span>
        {t('app.reconnecting', { name: engine.engine.name || engine.engine.address, attempt: engine.attempt })}{' '}
        <ErrorLine error={engine.error} isBrief />
      </span>
    </p>
  );
}

/** Which face the screen has now. */
function Content(): ReactElement {
  const { t } = useTranslation();
  const screen = useApp((state) => state.route.screen);
  const view = useApp((state) => state.route.query['view']);
  const engine = useApp((state) => state.engine);
  const failure = useApp((state) => state.failure);
  const frame = useApp((state) => state.frame);
  const containers = useApp((state) => state.containers);
  const history = useApp((state) => state.history);
  const stale = useApp(isStale);
  const link = useApp((state) => state.link);
  const isFirstRun = useApp(({ settings }) => settings?.firstRun === true);

  // Also while none is connected: there is the way to another one.
  if (screen === 'engine') return <EngineScreen />;
  // Of Bulkhead itself: there whatever the engine does.
  if (screen === 'settings') return <SettingsScreen />;
  if (screen === 'guide') return <GuideScreen />;
  if (isFirstRun) return <WelcomeScreen />;
  if (failure) return <FailedFace failure={failure} retrying={engine?.phase === 'connecting'} />;
  const connecting = engine === null || engine.phase === 'connecting';
  // Screens of their own reading wait for no more than that the engine was listed.
  const needed: Partial<Record<Screen, unknown>> = { containers, compose: containers, history };
  const missing = (screen in needed ? needed[screen] : frame) === null;
  if (connecting || missing) {
    if (link === 'down') {
      return (
        <Face icon={<IconPlugConnectedX size={40} />} title={t('app.core-away.title')} text={t('app.core-away.text')} />
      );
    }
    const address = engine?.phase === 'connecting' ? engine.address : '';
    return (
      <Face
        icon={<Loader size={36} />}
        title={t(connecting ? 'app.connecting.title' : 'app.listing.title')}
        text={address === '' ? t('app.connecting.text') : address}
      />
    );
  }
  if (screen === 'overview') return <OverviewScreen stale={stale} />;
  if (screen === 'history') return <HistoryScreen entries={history ?? []} stale={stale} />;
  if (screen === 'images') return <ImagesScreen stale={stale} />;
  if (screen === 'volumes') return <VolumesScreen stale={stale} />;
  if (screen === 'networks') return <NetworksScreen stale={stale} />;
  if (screen === 'compose') return <ComposeScreen stale={stale} />;
  if (screen === 'services') return <ServicesScreen stale={stale} />;
  if (screen === 'containers') return <ContainersScreen containers={containers ?? []} stale={stale} />;
  if (frame === null || !frame.endpoints.some(({ kind }) => kind === 'container')) {
    return (
      <Face icon={<IconBox size={40} />} title={t('matrix.empty.title')} text={t('matrix.empty.text')}>
        <code>docker run -d --name web nginx</code>
        <Button variant="subtle" onClick={() => goTo('containers')}>
          {t('matrix.empty.containers')}
        </Button>
      </Face>
    );
  }
  if (view === 'diagram') return <DiagramScreen frame={frame} stale={stale} />;
  return <MatrixScreen frame={frame} stale={stale} />;
}
