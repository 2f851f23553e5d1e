import './lib/zod-setup.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/tokens.css';
import './ui/app.css';
import './ui/matrix.css';
import './ui/containers.css';
import './ui/diagram.css';
import './ui/history.css';
import './ui/jobs.css';
import './ui/manage.css';
import './ui/data-table/data-table.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createClient } from './lib/client.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(<App client={createClient().client} />);
