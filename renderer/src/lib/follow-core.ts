/** Keeps the store fed: six streams, opened again whenever they end. */
import type { Client } from './client-context.tsx';
import { decodeFrame } from './frame.ts';
import { reduceNews, type AppStore, type CoreNews } from './store.ts';
import { follow } from './streams.ts';

/** Starts following; the returned function stops and closes all streams. */
export function followCore(client: Client, store: AppStore): () => void {
  const tell = (news: CoreNews): void => store.setState((state) => reduceNews(state, news));
  const onDown = (error: Extract<CoreNews, { kind: 'down' }>['error']): void => tell({ kind: 'down', error });
  const stops = [
    follow({
      open: (signal) => client.settings.watch(undefined, { signal }),
      onValue: (settings) => tell({ kind: 'settings', settings }),
      onDown,
    }),
    follow({
      open: (signal) => client.engine.watch(undefined, { signal }),
      onValue: (engine) => tell({ kind: 'engine', engine }),
      onDown,
    }),
    follow({
      open: (signal) => client.matrix.watch(undefined, { signal }),
      onValue: (frame) => tell({ kind: 'frame', frame: decodeFrame(frame) }),
      onDown,
    }),
    follow({
      open: (signal) => client.containers.watch(undefined, { signal }),
      onValue: (containers) => tell({ kind: 'containers', containers }),
      onDown,
    }),
    follow({
      open: (signal) => client.jobs.watch(undefined, { signal }),
      onValue: (jobs) => tell({ kind: 'jobs', jobs }),
      onDown,
    }),
    follow({
      open: (signal) => client.journal.watch(undefined, { signal }),
      onValue: (history) => tell({ kind: 'history', history }),
      onDown,
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
