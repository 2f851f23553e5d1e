import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, useState, type ReactElement } from 'react';
import type { i18n as I18n } from 'i18next';
import { I18nextProvider } from 'react-i18next';
import { createFlowRunner } from '../features/explain/runner.ts';
import { FlowRunnerContext } from '../features/explain/use-flow.ts';
import { ClientProvider, type Client } from '../lib/client-context.tsx';
import { cellOfPair } from '../lib/frame.ts';
import { followRoute } from '../lib/route.ts';
import { AppStoreContext, enterRoute, type AppStore } from '../lib/store.ts';
import { ConfirmProvider } from '../ui/confirm-dialog.tsx';
import { theme } from '../ui/theme.ts';
import { followMatrixLinks } from '../features/matrix/follow-links.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { passEscapeOn } from './escape-reaches.ts';
import { keepKeyboard } from './keyboard-stays.ts';
import { followLook, schemeManager } from './look.ts';
import { Shell } from './shell.tsx';

/** The whole page over one client and the store that follows its core; everything it opens is closed when it goes. */
export function App(props: { readonly client: Client; readonly store: AppStore; readonly i18n: I18n }): ReactElement {
  const { client, store, i18n } = props;
  const [scheme] = useState(() => schemeManager(store));
  const [runner] = useState(() => createFlowRunner(client));
  useEffect(() => followLook(store, i18n), [store, i18n]);
  useEffect(
    () =>
      store.subscribe(({ frame }, before) => {
        if (frame === before.frame) return;
        runner.observe(({ from, to }) => frame && cellOfPair(frame, from, to));
      }),
    [store, runner],
  );
  useEffect(() => followRoute((route) => store.setState(enterRoute(route))), [store]);
  useEffect(() => keepKeyboard(), []);
  useEffect(() => passEscapeOn(), []);
  useEffect(() => followMatrixLinks(store), [store]);
  useEffect(() => () => runner.close(), [runner]);
  return (
    <I18nextProvider i18n={i18n}>
      <MantineProvider
        theme={theme}
        colorSchemeManager={scheme}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <Notifications position="bottom-right" />
        <ErrorBoundary>
          <ClientProvider client={client}>
            <AppStoreContext value={store}>
              <FlowRunnerContext value={runner}>
                <ConfirmProvider>
                  <Shell />
                </ConfirmProvider>
              </FlowRunnerContext>
            </AppStoreContext>
          </ClientProvider>
        </ErrorBoundary>
      </MantineProvider>
    </I18nextProvider>
  );
}
