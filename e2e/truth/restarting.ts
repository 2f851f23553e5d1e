/** Waits for a container that ends at once until the engine leaves it alone for a while. */
import { request, type IncomingMessage } from 'node:http';
import type { Docker } from '../fixture/docker.ts';

/** The engine waits 100 ms before the first new start and twice as long before each further one: 6.4 s before this one. */
const RESTARTS = 7;
/** All those before take 6.3 s and what the starts themselves take on a busy machine. */
const LIMIT_MS = 120_000;

/**
 * Resolves as soon as the container has ended and will not be started again for six seconds at least.
 *
 * @throws Error when it runs on, or the engine gives up on it
 */
export async function untilRestarting(docker: Docker, container: string): Promise<void> {
  const filters = JSON.stringify({ container: [container], event: ['die'] });
  const path = `/events?${new URLSearchParams({ filters }).toString()}`;
  const call = request({ socketPath: docker.socket, path, agent: false, signal: AbortSignal.timeout(LIMIT_MS) });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      call.on('response', resolve).on('error', reject).end();
    });
    // An end that was before is of no use: there is no telling how much of its time is left.
    for await (const told of response) {
      if (String(told).trim() === '') continue;
      const { RestartCount, State } = await docker.inspectContainer(container);
      if (State.Restarting && RestartCount >= RESTARTS) return;
    }
    throw new Error(`The engine told no more of "${container}".`);
  } finally {
    call.destroy();
  }
}
