import { describe, expect, test } from 'vitest';
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import type { Message } from '../messages.ts';
import { layerProgress } from './layers.ts';

const A = 'aaaaaaaaaaaa';
const B = 'bbbbbbbbbbbb';

function messages(...list: readonly Partial<Message>[]) {
  const parts = new Map<string, Partial<JobPart>>();
  const lines: string[] = [];
  let sum: { done: number; total: number | null } | null = null;
  const take = layerProgress({
    part: (id, change) => parts.set(id, { ...parts.get(id), ...change }),
    line: (text) => lines.push(text),
    progress: ({ done, total }) => (sum = { done, total }),
  });
  for (const one of list) take({ id: '', status: '', stream: '', current: null, total: null, aux: {}, ...one });
  return { parts: Object.fromEntries(parts), lines, sum };
}

describe('layer by layer', () => {
  test('a pull counts what is downloaded, and is whole when every layer is', () => {
    const { parts, lines, sum } = messages(
      { id: '1.29', status: 'Pulling from library/nginx' },
      { id: A, status: 'Pulling fs layer' },
      { id: B, status: 'Already exists' },
      { id: A, status: 'Downloading', current: 50, total: 200 },
      { id: A, status: 'Download complete' },
      { id: A, status: 'Extracting', current: 100, total: 200 },
      { id: A, status: 'Pull complete' },
      { status: 'Digest: sha256:1' },
    );
    expect(parts).toEqual({
      [A]: { name: A, state: 'done', text: 'Pull complete', done: 0, total: null },
      [B]: { name: B, state: 'done', text: 'Already exists', done: 0, total: null },
    });
    expect(lines).toEqual(['1.29: Pulling from library/nginx', 'Digest: sha256:1']);
    expect(sum).toEqual({ done: 200, total: 200 });
  });

  test('a push never tells more than there is', () => {
    const { sum, parts } = messages(
      { id: A, status: 'Preparing' },
      { id: A, status: 'Pushing', current: 300, total: 200 },
    );
    expect(sum).toEqual({ done: 200, total: 200 });
    expect(parts[A]).toMatchObject({ state: 'running', text: 'Pushing' });
  });

  test('empty messages tell nothing', () => {
    expect(messages({}, { stream: '\n' })).toEqual({ parts: {}, lines: [], sum: null });
  });
});
