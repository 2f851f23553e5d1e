/** What BuildKit tells through Compose (`--progress=json`) and Buildx (`rawjson`): steps of a build, and what they write. */
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import { arrayOf, objectOf, textOf, type JsonObject } from '../../inventory/json.ts';

export interface BuildSteps {
  readonly part: (id: string, part: Pick<JobPart, 'name' | 'state' | 'text'>) => void;
  readonly line: (text: string) => void;
}

/** @returns whether it was of a build at all */
export function takeBuild(json: JsonObject, { part, line }: BuildSteps): boolean {
  const [steps, logs] = [arrayOf(json['vertexes']), arrayOf(json['logs'])];
  for (const item of steps) {
    const step = objectOf(item);
    const [id, name, error] = [textOf(step['digest']), textOf(step['name']), textOf(step['error'])];
    if (id === '') continue;
    const isOver = textOf(step['completed']) !== '';
    const state = error !== '' ? 'failed' : isOver ? 'done' : textOf(step['started']) !== '' ? 'running' : 'waiting';
    part(id, { name, state, text: error || (step['cached'] === true ? 'CACHED' : '') });
    if (isOver) line(error === '' ? name : `${name}: ${error}`);
  }
  for (const item of logs) {
    // As JSON carries bytes.
    const text = Buffer.from(textOf(objectOf(item)['data']), 'base64').toString('utf8');
    for (const one of text.split(/\r?\n/)) if (one.trim() !== '') line(one);
  }
  return steps.length > 0 || logs.length > 0 || 'statuses' in json;
}
