import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, useState, type ReactElement } from 'react';
import type { i18n as I18n } from 'i18next';
import { I18nextProvider } from 'react-i18next';
import { createFlowRunner } from '../features/explain/runner.ts';
import { FlowRunnerContext } from '../features/explain/use-flow.ts';
import type { SettingsView } from '../../../shared/contract/settings.ts';
import { ClientProvider, type Client } from '../lib/client-context.tsx';
import { cellOfPair } from '../lib/frame.ts';
import { followCore } from '../lib/follow-core.ts';
import { followRoute } from '../lib/route.ts';
import { AppStoreContext, createAppStore, enterRoute } from '../lib/store.ts';
import { ConfirmProvider } from '../ui/confirm-dialog.tsx';
import { theme } from '../ui/theme.ts';
import { followMatrixLinks } from '../features/matrix/follow-links.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { keepKeyboard } from './keyboard-stays.ts';
import { followLook, schemeManager } from './look.ts';
import { Shell } from './shell.tsx';

/** The whole page over one client; everything it opens is closed when it goes.  `settings`: as the core last told them. */
export function App(props: {
  readonly client: Client;
  readonly settings: SettingsView | null;
  readonly i18n: I18n;
}): ReactElement {
  const { client, i18n } = props;
  const [store] = useState(() => createAppStore(props.settings));
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
  useEffect(() => followMatrixLinks(store), [store]);
  useEffect(() => followCore(client, store), [client, store]);
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
