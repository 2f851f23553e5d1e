/** What Compose tells while it works, as parts and lines of a job. */
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import type { Progress } from '../../domains/progress.ts';
import { jsonLine, numberOf, textOf, type JsonObject } from '../../inventory/json.ts';
import { takeBuild } from '../programs/build-steps.ts';

export interface ComposeReader {
  readonly take: (line: string) => void;
  /** Its own words for why it failed; `''`: it said nothing. */
  readonly complaint: () => string;
}

/** ` Container shop-web-1  Started`, as versions before 2.27 tell it. */
const PLAIN = /^ ?((?:Container|Network|Volume|Image|Service) \S+)\s+(\S.*)$/;
/** A log line of Compose's own: `time="…" level=warning msg="…"`. */
const LOGGED = /^time="[^"]*" level=(\w+) msg="((?:[^"\\]|\\.)*)"/;
/** So many lines without any form are kept, in case they say why it failed. */
const LINES_KEPT = 20;

export function composeProgress(report: Progress): ComposeReader {
  let failure = '';
  const loose: string[] = [];
  const states = new Map<string, JobPart['state']>();

  const part = (id: string, change: Pick<JobPart, 'name' | 'state' | 'text'> & Partial<JobPart>): void => {
    states.set(id, change.state);
    report.part(id, change);
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
      if (takeBuild(json, { part, line: report.line })) return;
      const logged = textOf(json['msg']);
      if (logged !== '') report.line(logged);
      else if (text !== '' || textOf(json['message']) !== '') keep(textOf(json['message']) || text);
      return;
    }
    const parent = textOf(json['parent_id']);
    const name = parent === '' ? id : `${parent} ${id}`;
    const bytes = { done: numberOf(json['current']), total: numberOf(json['total']) || null };
    const before = states.get(name);
    const isMove = bytes.total !== null && before === 'running';
    part(name, { name, text, state: stateOf(text), ...(bytes.total === null ? {} : bytes) });
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
      const json = jsonLine(line);
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
        part(id, { name: id, text, state: stateOf(text) });
        report.line(`${id} ${text}`);
        return;
      }
      keep(line);
    },
    complaint: () => failure || loose.join('\n').trim(),
  };
}

/** `Creating` is under way, `Created` is done. */
function stateOf(text: string): JobPart['state'] {
  if (/error|failed/i.test(text)) return 'failed';
  return /(?:ing|Verifying Checksum)$/.test(text) && text !== 'Running' ? 'running' : 'done';
}
