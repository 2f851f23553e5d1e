/** The screens, each loaded when it is first opened: the first picture waits for none but its own. */
import { lazy, type ComponentType } from 'react';
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

type Name = keyof typeof LOADERS;
type Loaded<Of extends Name> = Awaited<ReturnType<(typeof LOADERS)[Of]>>;

const loaded = new Map<Name, object>();

async function load<Of extends Name>(name: Of): Promise<Loaded<Of>> {
  const module = (await LOADERS[name]()) as Loaded<Of>;
  loaded.set(name, module);
  return module;
}

/** A screen that is there already is drawn at once; React would show its stand-in first, and keep that for a third of a second. */
function screen<Of extends Name, Props extends object>(
  name: Of,
  pick: (module: Loaded<Of>) => ComponentType<Props>,
): ComponentType<Props> {
  return lazy(() => {
    const module = loaded.get(name) as Loaded<Of> | undefined;
    return module === undefined
      ? load(name).then((made) => ({ default: pick(made) }))
      : atOnce({ default: pick(module) });
  });
}

/** A promise that has been kept: whoever asks is told before `then` returns, which no real one does. */
function atOnce<Value>(value: Value): Promise<Value> {
  const kept: Pick<Promise<Value>, 'then'> = {
    then: (onKept) => Promise.resolve(onKept ? onKept(value) : (value as never)),
  };
  return kept as Promise<Value>;
}

export const ComposeScreen = screen('compose', ({ ComposeScreen }) => ComposeScreen);
export const ContainersScreen = screen('containers', ({ ContainersScreen }) => ContainersScreen);
export const DiagramScreen = screen('diagram', ({ DiagramScreen }) => DiagramScreen);
export const EngineScreen = screen('engine', ({ EngineScreen }) => EngineScreen);
export const GuideScreen = screen('guide', ({ GuideScreen }) => GuideScreen);
export const HistoryScreen = screen('history', ({ HistoryScreen }) => HistoryScreen);
export const ImagesScreen = screen('images', ({ ImagesScreen }) => ImagesScreen);
export const MatrixScreen = screen('matrix', ({ MatrixScreen }) => MatrixScreen);
export const NetworksScreen = screen('networks', ({ NetworksScreen }) => NetworksScreen);
export const OverviewScreen = screen('overview', ({ OverviewScreen }) => OverviewScreen);
export const ServicesScreen = screen('services', ({ ServicesScreen }) => ServicesScreen);
export const SettingsScreen = screen('settings', ({ SettingsScreen }) => SettingsScreen);
export const VolumesScreen = screen('volumes', ({ VolumesScreen }) => VolumesScreen);
export const WelcomeScreen = screen('welcome', ({ WelcomeScreen }) => WelcomeScreen);

/** Loads what that place shows, while other things are still on their way; failing is told when it is opened. */
export async function warm({ screen: name, query }: Route): Promise<void> {
  const isDiagram = name === 'matrix' && query['view'] === 'diagram';
  await load(isDiagram ? 'diagram' : name).catch(() => undefined);
}
