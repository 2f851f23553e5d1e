import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { programDir, programEntries, resourcesDir } from './resources.ts';
import { tar } from './tar.ts';

describe('the shipped files', () => {
  it.each(['electron/guard/helper/resources.ts', 'out/main.js', 'out/chunks/core.js'])(
    'are found from %s, wherever the command was started',
    (module) => {
      const root = mkdtempSync(join(tmpdir(), 'bulkhead-resources-'));
      onTestFinished(() => rmSync(root, { recursive: true }));
      mkdirSync(join(root, 'resources', 'helper'), { recursive: true });
      writeFileSync(join(root, 'resources', 'helper', 'Dockerfile'), '');
      const from = pathToFileURL(join(root, module)).href;
      expect(resourcesDir({}, from)).toBe(join(root, 'resources'));
      expect(() => resourcesDir({ BULKHEAD_RESOURCES: tmpdir() }, from)).toThrow('missing');
    },
  );

  it('make the same archive every time, with names longer than the format’s first field', async () => {
    const long = { name: `${'folder/'.repeat(20)}file`, content: Buffer.from('x') };
    const archive = tar([...(await programEntries('helper')), long]);
    expect(archive.equals(tar([...(await programEntries('helper')), long]))).toBe(true);
    const listed = spawnSync('tar', ['-tf', '-'], { input: archive, encoding: 'utf8' }).stdout.split('\n');
    expect(listed).toContain('helper/helper.pl');
    expect(listed).toContain(long.name);
  });
});

const hasPerl = process.platform === 'linux' && spawnSync('perl', ['-e', '1']).status === 0;

describe.skipIf(!hasPerl)('the helper’s program (needs Linux and perl)', () => {
  it('answers what it does not understand, goes on, and ends with its input', async () => {
    const child = spawn('perl', ['helper.pl'], { cwd: programDir(), stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (text: string): Promise<unknown> => {
      child.stdin.write(`${text}\n`);
      return JSON.parse(String((await lines.next()).value)) as unknown;
    };
    const refused = { error: expect.stringContaining('not a request') as string };
    for (const text of ['nonsense', '[]', '{"id":"1; ls","op":"ping"}', '{"id":1,"op":"ping"} x', '['.repeat(500)]) {
      expect(await ask(text)).toEqual(refused);
    }
    expect(await ask('{"id":1,"op":"\\u00e9\\ud83d\\ude00\\n\\""}')).toEqual({
      id: 1,
      error: 'unknown operation \u00e9\u{1f600}\n"',
    });
    expect(
      await ask('{"id":2,"op":"load","place":{"place":"abc","pid":0},"script":"","sever":[],"fingerprint":"x"}'),
    ).toEqual({
      id: 2,
      error: 'bad fingerprint',
    });
    expect(await ask('{"id":3,"op":"listening","place":{"place":"abc","pid":0}}')).toEqual({
      id: 3,
      error: 'the container is not running',
    });
    expect(await ask('{"id":4,"op":"ping"}')).toEqual({ id: 4, ok: {} });
    child.stdin.end();
    expect(await ended).toBe(0);
  });
});
