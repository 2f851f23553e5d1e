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
  it('is the one whose engine it is', () => expect(identityFor(false, folder).instance).toBe(''));

  it('is one of several where the engine is shared, and stays the same', () => {
    const { instance, by } = identityFor(true, folder);
    expect(instance).toMatch(/^[0-9a-f]{8}$/);
    expect(by.endsWith(`@${hostname()}`)).toBe(true);
    expect(identityFor(true, folder).instance).toBe(instance);
    expect(readFileSync(join(folder, 'instance'), 'utf8')).toBe(`${instance}\n`);
  });

  it('is another one in another folder', () => {
    const [one, other] = ['a', 'b'].map((name) => identityFor(true, join(folder, name)).instance);
    expect(one).not.toBe(other);
  });

  it('does without a file it cannot read, and leaves that as it is', () => {
    writeFileSync(join(folder, 'instance'), 'nonsense; drop table');
    expect(identityFor(true, folder).instance).toMatch(/^[0-9a-f]{8}$/);
    expect(readFileSync(join(folder, 'instance'), 'utf8')).toBe('nonsense; drop table');
  });
});
