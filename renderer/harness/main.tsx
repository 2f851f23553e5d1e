// The page over a core that is made up: to look at every face without an engine. Not part of the product's build.
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '../src/ui/tokens.css';
import '../src/ui/app.css';
import '../src/ui/matrix.css';
import '../src/ui/containers.css';
import '../src/ui/history.css';
import '../src/ui/jobs.css';
import '../src/ui/manage.css';
import '../src/ui/data-table/data-table.css';
import { createRoot } from 'react-dom/client';
import { App } from '../src/app/app.tsx';
import { languageOf } from '../src/app/look.ts';
import { createI18n } from '../src/i18n/index.ts';
import { followCore } from '../src/lib/follow-core.ts';
import { HOME, parseRoute } from '../src/lib/route.ts';
import { createAppStore } from '../src/lib/store.ts';
import { createFakeClient } from './fake-client.ts';
import { readOptions } from './fake-world.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
const client = createFakeClient(readOptions(new URLSearchParams(location.search)));
const store = createAppStore(parseRoute(location.hash) ?? HOME);
followCore(client, store);
createRoot(root).render(<App client={client} store={store} i18n={await createI18n(languageOf(null))} />);
