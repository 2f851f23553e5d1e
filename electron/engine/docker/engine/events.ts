/** Everything that happens on an engine, across times in which it was away. */
import type { IncomingMessage } from 'node:http';
import type { EngineEvent, EventsNews } from '../../../../shared/contract/engine.ts';
import { toErrorShape } from '../../../../shared/errors.ts';
import { backoffMs, pause } from '../../../lib/backoff.ts';
import { shortText, shortTexts } from '../../../lib/short-texts.ts';
import { connectionFault } from '../../connection/faults.ts';
import { objectOf, textMapOf, textOf } from '../../inventory/json.ts';
import { createJsonReader } from '../../inventory/lines.ts';
import type { Api } from '../ask.ts';

const BACKOFF = { firstMs: 250, capMs: 5000 };
/** What happens within this time (ms) is told together. */
const TOGETHER_MS = 100;
/** Engines remember so many. */
const REMEMBERED = 256;

type Told = Omit<EngineEvent, 'seq'>;

/** @returns the way to stop */
export function followEngine(api: Api, onNews: (news: EventsNews) => void): () => void {
  const life = new AbortController();
  const { signal } = life;
  let seq = 0;
  /** Of the last ones that were told: an engine that is asked again begins with what it remembers. */
  let known: string[] = [];
  let waiting: EngineEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const events = waiting;
    waiting = [];
    if (events.length > 0 && !signal.aborted) onNews({ kind: 'events', events });
  };
  const take = (raw: unknown): void => {
    const { key, event } = toEvent(raw);
    if (event.type === '' || known.includes(key)) return;
    known.push(key);
    if (known.length > REMEMBERED * 2) known = known.slice(-REMEMBERED);
    seq += 1;
    waiting.push({ seq, ...event });
    timer ??= setTimeout(flush, TOGETHER_MS);
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      try {
        const { stream, address } = api();
        const events = await stream('/events', { query: { since: 1 }, signal });
        if (failures > 0) onNews({ kind: 'back' });
        failures = 0;
        await read(events, take);
        // An engine never ends it: its connection was lost.
        throw connectionFault(address, Object.assign(new Error(), { code: 'ECONNRESET' }));
      } catch (thrown) {
        if (isStopped(signal)) return;
        flush();
        if (failures === 0) onNews({ kind: 'away', error: toErrorShape(thrown) });
      }
      failures += 1;
      await pause(backoffMs(failures, BACKOFF), signal);
    }
  };
  void run();
  return () => {
    life.abort();
    clearTimeout(timer);
  };
}

/** Read anew each time: it changes while one waits. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

function read(events: IncomingMessage, onEvent: (event: unknown) => void): Promise<void> {
  events.setEncoding('utf8');
  events.on('data', createJsonReader(onEvent));
  return new Promise((resolve) => {
    events.on('error', () => resolve());
    events.once('close', resolve);
  });
}

/** Engines from API 1.52 on tell less twice; Podman and old ones tell only what they told before. */
function toEvent(raw: unknown): { readonly key: string; readonly event: Told } {
  const root = objectOf(raw);
  const actor = objectOf(root['Actor']);
  const attributes = shortTexts(textMapOf(actor['Attributes']));
  const whole = textOf(root['Action']) || textOf(root['status']);
  const [action = '', ...rest] = whole.split(':');
  const type = textOf(root['Type']);
  const id = textOf(actor['ID']) || textOf(root['id']);
  const seconds = typeof root['time'] === 'number' ? root['time'] : 0;
  const nano = typeof root['timeNano'] === 'number' ? root['timeNano'] : seconds * 1e9;
  return {
    key: `${nano} ${type} ${whole} ${id} ${attributes['container'] ?? ''}`,
    event: {
      at: Math.round(nano / 1e6),
      type,
      action,
      detail: shortText(rest.join(':').trim()),
      id,
      name: attributes['name'] ?? (type === 'volume' ? id : ''),
      attributes,
    },
  };
}
