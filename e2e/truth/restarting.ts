/** What containers that end at once and are started again do to a measurement: for a moment they have addresses and names. */
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

/** How often a measurement is begun anew because a container was started while it ran: the engine waits longer each time. */
const TRIES = 4;

/**
 * Measures while the engine leaves these containers alone: what was measured across a start of one is measured again.
 *
 * @throws Error when each try had a start in it
 */
export async function betweenStarts<T>(
  docker: Docker,
  restarting: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const starts = async (): Promise<string> => {
    const infos = await Promise.all(restarting.map((id) => docker.inspectContainer(id)));
    return infos.map(({ State }) => State.StartedAt).join(' ');
  };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await starts();
    const done = await work();
    if ((await starts()) === before) return done;
    await Promise.all(restarting.map((id) => untilRestarting(docker, id)));
  }
  throw new Error(`A container was started while it was measured, ${String(TRIES)} times over.`);
}
