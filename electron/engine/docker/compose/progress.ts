/** What Compose tells while it works, as parts and lines of a job. */
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import type { Progress } from '../../domains/progress.ts';
import { numberOf, objectOf, textOf, type JsonObject } from '../../inventory/json.ts';

export interface ComposeReader {
  readonly take: (line: string) => void;
  /** Its own words for why it failed; `''`: it said nothing. */
  readonly complaint: () => string;
  /** Whether it has begun to change anything. */
  readonly hasBegun: () => boolean;
}

/** ` Container shop-web-1  Started`, as versions before 2.27 tell it. */
const PLAIN = /^ ?((?:Container|Network|Volume|Image|Service) \S+)\s+(\S.*)$/;
/** A log line of Compose's own: `time="…" level=warning msg="…"`. */
const LOGGED = /^time="[^"]*" level=(\w+) msg="((?:[^"\\]|\\.)*)"/;
/** So many lines without any form are kept, in case they say why it failed. */
const LINES_KEPT = 20;

export function composeProgress(report: Progress): ComposeReader {
  let failure = '';
  let begun = false;
  const loose: string[] = [];
  const states = new Map<string, JobPart['state']>();

  const part = (id: string, text: string, more: Partial<JobPart> = {}): void => {
    begun = true;
    const state = stateOf(text);
    states.set(id, state);
    report.part(id, { name: id, state, text, ...more });
    const all = [...states.values()];
    const done = all.filter((one) => one === 'done' || one === 'failed').length;
    report.progress({ done, total: all.length, unit: 'items' });
  };

  const told = (json: JsonObject): void => {
    const id = textOf(json['id']);
    const status = textOf(json['status']);
    const text = textOf(json['text']) || status;
    if (json['error'] === true) {
      failure = textOf(json['message']);
      report.line(failure);
      return;
    }
    if (id === '') {
      const line = textOf(json['message']) || text;
      if (line !== '') keep(line);
      return;
    }
    const parent = textOf(json['parent_id']);
    const name = parent === '' ? id : `${parent} ${id}`;
    const bytes = { done: numberOf(json['current']), total: numberOf(json['total']) || null };
    const before = states.get(name);
    const isMove = bytes.total !== null && before === 'running';
    part(name, text, bytes.total === null ? {} : bytes);
    // How far a layer is would drown everything else.
    if (!isMove) report.line(text === 'Error' && status !== '' ? `${name} ${status}` : `${name} ${text}`);
  };

  const keep = (line: string): void => {
    report.line(line);
    loose.push(line);
    if (loose.length > LINES_KEPT) loose.shift();
  };

  return {
    take: (line) => {
      if (line.trim() === '') return;
      const json = parsed(line);
      if (json) {
        told(json);
        return;
      }
      const [, level, message = ''] = LOGGED.exec(line) ?? [];
      if (level !== undefined) {
        report.line(message.replaceAll('\\"', '"'));
        return;
      }
      const [, id, text] = PLAIN.exec(line) ?? [];
      if (id !== undefined && text !== undefined) {
        part(id, text);
        report.line(`${id} ${text}`);
        return;
      }
      keep(line);
    },
    complaint: () => failure || loose.join('\n').trim(),
    hasBegun: () => begun,
  };
}

function parsed(line: string): JsonObject | null {
  if (!line.startsWith('{')) return null;
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return null;
  }
}

/** `Creating` is under way, `Created` is done. */
function stateOf(text: string): JobPart['state'] {
  if (/error|failed/i.test(text)) return 'failed';
  return /(?:ing|Verifying Checksum)$/.test(text) && text !== 'Running' ? 'running' : 'done';
}
