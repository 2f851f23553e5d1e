import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityFor } from './identity.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-identity-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

describe('which Bulkhead this is', () => {
  it.each(['unix:///var/run/docker.sock', 'npipe:////./pipe/docker_engine', 'demo'])(
    'is the one of the machine itself at %s',
    (address) => expect(identityFor(address, folder).instance).toBe(''),
  );

  it.each(['tcp://10.0.0.5:2376', 'ssh://me@build'])('is one of several at %s, and stays the same', (address) => {
    const { instance, by } = identityFor(address, folder);
    expect(instance).toMatch(/^[0-9a-f]{8}$/);
    expect(by.endsWith(`@${hostname()}`)).toBe(true);
    expect(identityFor(address, folder).instance).toBe(instance);
    expect(readFileSync(join(folder, 'instance'), 'utf8')).toBe(`${instance}\n`);
  });

  it('is another one in another folder', () => {
    const [one, other] = ['a', 'b'].map((name) => identityFor('tcp://10.0.0.5:2376', join(folder, name)).instance);
    expect(one).not.toBe(other);
  });

  it('does without a file it cannot read, and leaves that as it is', () => {
    writeFileSync(join(folder, 'instance'), 'nonsense; drop table');
    expect(identityFor('tcp://10.0.0.5:2376', folder).instance).toMatch(/^[0-9a-f]{8}$/);
    expect(readFileSync(join(folder, 'instance'), 'utf8')).toBe('nonsense; drop table');
  });
});
