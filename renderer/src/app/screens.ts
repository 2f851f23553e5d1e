/** The screens, each loaded when it is first opened: the first picture waits for none but its own. */
import { lazy } from 'react';

export const ComposeScreen = lazy(async () => ({
  default: (await import('../features/compose/compose-screen.tsx')).ComposeScreen,
}));
export const ContainersScreen = lazy(async () => ({
  default: (await import('../features/containers/containers-screen.tsx')).ContainersScreen,
}));
export const DiagramScreen = lazy(async () => ({
  default: (await import('../features/diagram/diagram-screen.tsx')).DiagramScreen,
}));
export const EngineScreen = lazy(async () => ({
  default: (await import('../features/engine/engine-screen.tsx')).EngineScreen,
}));
export const GuideScreen = lazy(async () => ({
  default: (await import('../features/guide/guide-screen.tsx')).GuideScreen,
}));
export const HistoryScreen = lazy(async () => ({
  default: (await import('../features/history/history-screen.tsx')).HistoryScreen,
}));
export const ImagesScreen = lazy(async () => ({
  default: (await import('../features/images/images-screen.tsx')).ImagesScreen,
}));
export const MatrixScreen = lazy(async () => ({
  default: (await import('../features/matrix/matrix-screen.tsx')).MatrixScreen,
}));
export const NetworksScreen = lazy(async () => ({
  default: (await import('../features/networks/networks-screen.tsx')).NetworksScreen,
}));
export const OverviewScreen = lazy(async () => ({
  default: (await import('../features/overview/overview-screen.tsx')).OverviewScreen,
}));
export const ServicesScreen = lazy(async () => ({
  default: (await import('../features/services/services-screen.tsx')).ServicesScreen,
}));
export const SettingsScreen = lazy(async () => ({
  default: (await import('../features/settings/settings-screen.tsx')).SettingsScreen,
}));
export const VolumesScreen = lazy(async () => ({
  default: (await import('../features/volumes/volumes-screen.tsx')).VolumesScreen,
}));
export const WelcomeScreen = lazy(async () => ({
  default: (await import('../features/welcome/welcome-screen.tsx')).WelcomeScreen,
}));
