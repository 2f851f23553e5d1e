/** What a page keeps of an engine's events: the newest, so that its memory is bounded whatever happens. */
import type { EngineEvent } from '../../../../shared/contract/engine.ts';

/** About 4 MB of a page's memory. */
export const MOST_EVENTS = 5000;

export interface EventFilter {
  /** `''`: all. */
  readonly type: string;
  readonly action: string;
}

/** Newest first; an event that is kept stays the same object. */
export function withEvents(
  before: readonly EngineEvent[],
  news: readonly EngineEvent[],
  most = MOST_EVENTS,
): readonly EngineEvent[] {
  return [...news.toReversed(), ...before].slice(0, most);
}

export function shownOf(events: readonly EngineEvent[], { type, action }: EventFilter): readonly EngineEvent[] {
  if (type === '' && action === '') return events;
  return events.filter((one) => (type === '' || one.type === type) && (action === '' || one.action === action));
}

/** What there is to choose from, sorted. */
export function namesOf(events: readonly EngineEvent[], of: (event: EngineEvent) => string): readonly string[] {
  return [...new Set(events.map(of))].filter(Boolean).sort();
}

/** As lines, oldest first: `2026-01-02T03:04:05.006Z container start web (image=nginx)`. */
export function textOfEvents(events: readonly EngineEvent[]): string {
  return events
    .toReversed()
    .map(({ at, type, action, detail, name, id, attributes }) => {
      const more = Object.entries(attributes)
        .filter(([key]) => key !== 'name')
        .map(([key, value]) => `${key}=${value}`)
        .join(', ');
      const done = detail === '' ? action : `${action}: ${detail}`;
      return `${new Date(at).toISOString()} ${type} ${done} ${name || id}${more === '' ? '' : ` (${more})`}`;
    })
    .join('\n');
}
