import { describe, expect, it } from 'vitest';
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import { composeFault } from './faults.ts';
import { composeProgress } from './progress.ts';

function read(lines: readonly string[]) {
  const parts = new Map<string, Partial<JobPart>>();
  const told: string[] = [];
  let sum: object = {};
  const reader = composeProgress({
    part: (id, change) => void parts.set(id, { ...parts.get(id), ...change }),
    line: (text) => void told.push(text),
    progress: (change) => (sum = change),
  });
  lines.forEach(reader.take);
  return { parts, told, sum, complaint: reader.complaint() };
}

// As 2.40.3 writes it.
describe('what Compose tells', () => {
  it('becomes a part for each thing, done when it is', () => {
    const { parts, sum, told } = read([
      '{"id":"Network shop_default","status":"Creating"}',
      '{"id":"Network shop_default","status":"Created"}',
      '{"id":"Container shop-web-1","status":"Running"}',
      '{"id":"Container shop-db-1","status":"Starting"}',
    ]);
    expect([...parts].map(([id, { state, text }]) => [id, state, text])).toEqual([
      ['Network shop_default', 'done', 'Created'],
      ['Container shop-web-1', 'done', 'Running'],
      ['Container shop-db-1', 'running', 'Starting'],
    ]);
    expect(sum).toEqual({ done: 2, total: 3, unit: 'items' });
    expect(told.at(-1)).toBe('Container shop-db-1 Starting');
  });

  it('of a pull is bytes of layers, without a line for each step', () => {
    const layer = (current: number): string =>
      `{"parent_id":"web","id":"abc","text":"Downloading","status":"[=> ]","current":${String(current)},"total":9}`;
    const { parts, told } = read(['{"id":"web","text":"Pulling"}', layer(1), layer(5)]);
    expect(parts.get('web abc')).toMatchObject({ state: 'running', done: 5, total: 9 });
    expect(told).toEqual(['web Pulling', 'web abc Downloading']);
  });

  it('of a build is its steps and what they write', () => {
    const { parts, told } = read([
      '{"level":"warning","msg":"buildx isn\'t installed","time":"2026-01-01T00:00:00Z"}',
      '{"vertexes":[{"digest":"sha256:a","name":"[app 1/2] FROM x","started":"t","completed":"t","cached":true}]}',
      '{"vertexes":[{"digest":"sha256:b","name":"[app 2/2] RUN y","started":"t"}]}',
      '{"logs":[{"vertex":"sha256:b","data":"aGkK"}]}',
      '{"vertexes":[{"digest":"sha256:b","name":"[app 2/2] RUN y","started":"t","completed":"t","error":"exit code: 1"}]}',
    ]);
    expect(parts.get('sha256:a')).toMatchObject({ state: 'done', text: 'CACHED' });
    expect(parts.get('sha256:b')).toMatchObject({ state: 'failed', text: 'exit code: 1' });
    expect(told).toEqual(["buildx isn't installed", '[app 1/2] FROM x', 'hi', '[app 2/2] RUN y: exit code: 1']);
  });

  it('by versions before 2.27 comes in lines', () => {
    const { parts, complaint } = read([
      ' Container shop-web-1  Creating',
      ' Container shop-web-1  Created',
      'time="2026-01-01T00:00:00Z" level=warning msg="The \\"X\\" variable is not set."',
      'Error response from daemon: it is so',
    ]);
    expect(parts.get('Container shop-web-1')).toMatchObject({ state: 'done' });
    expect(complaint).toBe('Error response from daemon: it is so');
  });

  it('as its failure is what counts, whatever else it wrote', () => {
    expect(read(['anything', '{"error":true,"message":"yaml: line 1: bad"}']).complaint).toBe('yaml: line 1: bad');
  });

  it.each(['{', '{}', '[]', 'null', '{"id":7}', '{"vertexes":[null]}', '{"logs":[{}]}', '\u0000'])(
    '%j is survived',
    (line) => {
      expect(() => read([line])).not.toThrow();
    },
  );
});

describe('what Compose complains of', () => {
  it.each([
    ['yaml: line 1: did not find expected node content', 'BAD_INPUT', 'Correct the Compose file'],
    ['open /x/compose.yaml: no such file or directory', 'NOT_FOUND', 'Put that file back'],
    ['no configuration file provided: not found', 'NOT_FOUND', 'compose.yaml'],
    ['network out declared as external, but could not be found', 'NOT_FOUND', 'create it first'],
    [
      'Error response from daemon: Bind for 0.0.0.0:80 failed: port is already allocated',
      'ENGINE_REFUSED',
      'publish another one',
    ],
    ['Error response from daemon: No such image: a:b', 'NOT_FOUND', 'Pull it first'],
    [
      'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
      'ENGINE_UNREACHABLE',
      'gone away',
    ],
    ['dependency failed to start: container a is unhealthy', 'ENGINE_REFUSED', 'log'],
    ['something new', 'ENGINE_REFUSED', ''],
  ])('%s', (complaint, code, hint) => {
    expect(composeFault(complaint, 1)).toMatchObject({
      code,
      message: complaint,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it('that says nothing is told by how it ended', () => {
    expect(composeFault('', 17).message).toContain('17');
    expect(composeFault('', null).message).toContain('signal');
  });
});
