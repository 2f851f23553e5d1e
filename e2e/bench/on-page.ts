/** How quick the page is: the built app in Chromium, on a private engine with many containers.  Needs `npm run build` first. */
import { mapLimited } from '../../electron/lib/limit.ts';
import { startEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { makeMany } from '../fixture/many.ts';
import { listRows } from './page-lists.ts';
import { logRows } from './page-logs.ts';
import { manyRows } from './page-many.ts';
import type { Row } from './row.ts';

const CONTAINERS = 500;
const RUNNING = 20;
const AT_ONCE = 4;
/** Of networks what an engine makes within half a minute: each is a bridge. */
const MANY = { containers: 1000, running: 20, volumes: 1000, images: 1000, networks: 200 };

export async function pageRows(options: {
  readonly version: string;
  readonly progress: (text: string) => void;
}): Promise<Row[]> {
  const { version, progress } = options;
  progress(`Starting engine ${version} …`);
  const engine = await startEngine({ version, name: `bench-page-${process.pid}` });
  try {
    await importTestImage(engine);
    progress('Reading and following logs …');
    const logs = await logRows(engine);
    const docker = new Docker(engine.socket);
    for (const name of ['bench-logs', 'bench-flow']) await docker.removeContainer(name);
    progress(`Making ${CONTAINERS} containers …`);
    await mapLimited(
      Array.from({ length: CONTAINERS }, (_, at) => at),
      AT_ONCE,
      async (at) => {
        const isRunning = at < RUNNING;
        const name = `${isRunning ? 'running' : 'idle'}-${at}`;
        const labels = { 'com.docker.compose.project': `project-${at % 20}` };
        const id = await docker.createContainer(name, {
          Image: TEST_IMAGE,
          Cmd: ['sleep', '86400'],
          Labels: isRunning ? {} : labels,
        });
        if (isRunning) await docker.startContainer(id);
      },
    );
    progress('Painting lists …');
    const lists = await listRows(engine);
    progress('Making a thousand of everything …');
    await makeMany(engine, { ...MANY, containers: MANY.containers - CONTAINERS });
    progress('Painting a thousand of everything …');
    return [...logs, ...lists, ...(await manyRows(engine))];
  } finally {
    await engine.stop();
  }
}
