/** The screens, each loaded when it is first opened: the first picture waits for none but its own. */
import { lazy } from 'react';
import type { Route } from '../lib/route.ts';

const LOADERS = {
  compose: () => import('../features/compose/compose-screen.tsx'),
  containers: () => import('../features/containers/containers-screen.tsx'),
  diagram: () => import('../features/diagram/diagram-screen.tsx'),
  engine: () => import('../features/engine/engine-screen.tsx'),
  guide: () => import('../features/guide/guide-screen.tsx'),
  history: () => import('../features/history/history-screen.tsx'),
  images: () => import('../features/images/images-screen.tsx'),
  matrix: () => import('../features/matrix/matrix-screen.tsx'),
  networks: () => import('../features/networks/networks-screen.tsx'),
  overview: () => import('../features/overview/overview-screen.tsx'),
  services: () => import('../features/services/services-screen.tsx'),
  settings: () => import('../features/settings/settings-screen.tsx'),
  volumes: () => import('../features/volumes/volumes-screen.tsx'),
  welcome: () => import('../features/welcome/welcome-screen.tsx'),
} as const;

export const ComposeScreen = lazy(async () => ({ default: (await LOADERS.compose()).ComposeScreen }));
export const ContainersScreen = lazy(async () => ({ default: (await LOADERS.containers()).ContainersScreen }));
export const DiagramScreen = lazy(async () => ({ default: (await LOADERS.diagram()).DiagramScreen }));
export const EngineScreen = lazy(async () => ({ default: (await LOADERS.engine()).EngineScreen }));
export const GuideScreen = lazy(async () => ({ default: (await LOADERS.guide()).GuideScreen }));
export const HistoryScreen = lazy(async () => ({ default: (await LOADERS.history()).HistoryScreen }));
export const ImagesScreen = lazy(async () => ({ default: (await LOADERS.images()).ImagesScreen }));
export const MatrixScreen = lazy(async () => ({ default: (await LOADERS.matrix()).MatrixScreen }));
export const NetworksScreen = lazy(async () => ({ default: (await LOADERS.networks()).NetworksScreen }));
export const OverviewScreen = lazy(async () => ({ default: (await LOADERS.overview()).OverviewScreen }));
export const ServicesScreen = lazy(async () => ({ default: (await LOADERS.services()).ServicesScreen }));
export const SettingsScreen = lazy(async () => ({ default: (await LOADERS.settings()).SettingsScreen }));
export const VolumesScreen = lazy(async () => ({ default: (await LOADERS.volumes()).VolumesScreen }));
export const WelcomeScreen = lazy(async () => ({ default: (await LOADERS.welcome()).WelcomeScreen }));

/** Begins to load what that place shows, while other things are still on their way; failing is told when it is opened. */
export function warm({ screen, query }: Route): void {
  const isDiagram = screen === 'matrix' && query['view'] === 'diagram';
  LOADERS[isDiagram ? 'diagram' : screen]().catch(() => undefined);
}
