/** Logs of a real engine. */
import { connectionFault, RefusalError } from '../../connection/faults.ts';
import { taskIdOf, type LogLine, type LogsDomain, type LogsOptions } from '../../domains/logs.ts';
import { objectOf, type JsonObject } from '../../inventory/json.ts';
import { pathOf, type Api } from '../ask.ts';
import { createDemultiplexer } from '../demultiplex.ts';
import { createLineReader } from './lines.ts';

export function createLogs(api: Api): LogsDomain {
  const isThere = async (ref: string): Promise<boolean> => {
    try {
      await api().request(placeOf(ref).inspect);
      return true;
    } catch (thrown) {
      if (thrown instanceof RefusalError && thrown.status === 404) return false;
      throw thrown;
    }
  };

  async function* lines(ref: string, { tail, since, follow, signal }: LogsOptions): AsyncGenerator<LogLine[]> {
    const { request, stream, address } = api();
    // Only newer engines say in their answer whether it comes in frames.
    const place = placeOf(ref);
    const found = objectOf(await request(place.inspect, { signal }));
    const isTerminal = place.isTerminal(found);
    const body = await stream(place.logs, {
      query: {
        stdout: true,
        stderr: true,
        timestamps: true,
        follow,
        tail: tail ?? 'all',
        since: since === '' ? undefined : secondsOf(since),
      },
      signal,
    });
    let ready: LogLine[] = [];
    const push = (line: LogLine): void => void ready.push(line);
    const readers = { 1: createLineReader(1, push), 2: createLineReader(2, push) };
    const write = isTerminal
      ? (chunk: Buffer): void => readers[1].write(chunk, false)
      : createDemultiplexer((from, payload) => readers[from].write(payload, true));
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        write(chunk);
        if (ready.length === 0) continue;
        const whole = ready;
        ready = [];
        yield whole;
      }
      readers[1].end();
      readers[2].end();
      if (ready.length > 0) yield ready;
    } catch (thrown) {
      throw connectionFault(address, thrown);
    } finally {
      body.destroy();
    }
  }

  return { lines, isThere };
}

/** Where to ask for the log of a container, or of a task of a Swarm wherever it runs. */
function placeOf(ref: string): {
  readonly inspect: string;
  readonly logs: string;
  readonly isTerminal: (found: JsonObject) => boolean;
} {
  const task = taskIdOf(ref);
  if (task === null) {
    return {
      inspect: pathOf('containers', ref, 'json'),
      logs: pathOf('containers', ref, 'logs'),
      isTerminal: (found) => objectOf(found['Config'])['Tty'] === true,
    };
  }
  return {
    inspect: pathOf('tasks', task),
    logs: pathOf('tasks', task, 'logs'),
    isTerminal: (found) => objectOf(objectOf(found['Spec'])['ContainerSpec'])['TTY'] === true,
  };
}

/** `since` as the engine takes it: seconds with nine digits after the point, which a float could not hold. */
export function secondsOf(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1000);
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return Number.isNaN(seconds) ? '0' : `${seconds}.${fraction.padEnd(9, '0').slice(0, 9)}`;
}
