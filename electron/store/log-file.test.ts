import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLog, writeCrash } from './log-file.ts';

const SECRET = 'hunter2-S3CRET';
let configDir: string;
beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'bulkhead-log-'));
});
afterEach(() => rmSync(configDir, { recursive: true, force: true }));
const all = (): string =>
  readdirSync(join(configDir, 'logs'))
    .map((name) => readFileSync(join(configDir, 'logs', name), 'utf8'))
    .join('');

describe('the log', () => {
  test('is one line each, the user’s alone, and holds no secret', () => {
    const log = openLog({ configDir, now: () => new Date(0) });
    log.write(`pull failed: X-Registry-Auth: ${SECRET}`);
    log.write(`web: DB_PASSWORD=${SECRET}\n1970-01-01T00:00:00.000Z forged\u202E`);
    expect(all()).toBe(
      '1970-01-01T00:00:00.000Z pull failed: X-Registry-Auth: ***\n' +
        '1970-01-01T00:00:00.000Z web: DB_PASSWORD=*** 1970-01-01T00:00:00.000Z forged \n',
    );
    expect(statSync(join(configDir, 'logs', 'bulkhead.log')).mode & 0o777).toBe(0o600);
  });

  test('rotates: never more files, nor larger ones, than it may, the newest first', () => {
    const log = openLog({ configDir, maxBytes: 1000, files: 3 });
    for (let at = 0; at < 500; at += 1) log.write(`line ${String(at)}`);
    const names = readdirSync(join(configDir, 'logs')).toSorted();
    expect(names).toEqual(['bulkhead.1.log', 'bulkhead.2.log', 'bulkhead.log']);
    for (const name of names) expect(statSync(join(configDir, 'logs', name)).size).toBeLessThanOrEqual(1000);
    expect(readFileSync(join(configDir, 'logs', 'bulkhead.log'), 'utf8')).toContain('line 499\n');
    expect(all()).not.toContain('line 0\n');
  });

  test('cuts what is too long, and is no reason to fail', () => {
    openLog({ configDir }).write('x'.repeat(100_000));
    expect(all().length).toBeLessThan(2100);
    rmSync(join(configDir, 'logs'), { recursive: true });
    writeFileSync(join(configDir, 'logs'), 'no folder');
    expect(() => openLog({ configDir }).write('y')).not.toThrow();
  });
});

describe('a crash', () => {
  const crash = (at: number, thrown: unknown = new Error(`boom https://me:${SECRET}@x/`)) =>
    writeCrash({ configDir, version: '1.2.3', thrown, at: new Date(at) });

  test('is kept in a file here, with where it happened and without secrets', () => {
    const text = readFileSync(crash(0) ?? '', 'utf8');
    expect(text).toMatch(/^Bulkhead 1\.2\.3\n.*Node \d.*\nError: boom https:\/\/\*{3}@x\/\n {4}at /);
    expect(text).not.toContain(SECRET);
  });

  test.each([
    ['text', 'a text', 'a text'],
    ['nothing', undefined, 'undefined'],
    ['an object', {}, '[object Object]'],
  ])('that threw %s is kept too', (_, thrown, told) => {
    const file = writeCrash({ configDir, version: '1.2.3', thrown, at: new Date(0) });
    expect(readFileSync(file ?? '', 'utf8')).toContain(told);
  });

  test('of many only the newest are kept, and one that cannot be is let go', () => {
    for (let at = 0; at < 15; at += 1) crash(at * 1000);
    const names = readdirSync(join(configDir, 'logs')).toSorted();
    expect([names.length, names[0]]).toEqual([10, 'crash-1970-01-01T00-00-05-000Z.txt']);
    rmSync(join(configDir, 'logs'), { recursive: true });
    writeFileSync(join(configDir, 'logs'), 'no folder');
    expect(crash(0)).toBeNull();
  });
});
