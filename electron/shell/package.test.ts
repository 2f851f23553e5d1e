/** What packages are made of: each point of their safety as a check. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LINK_SCHEME } from './deep-link.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const config = parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8'));

describe('packages', () => {
  test('run nothing but the app inside them', () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(config.asar).not.toBe(false);
  });

  test('are never published by being built', () => {
    expect(config.publish).toBeNull();
  });

  test('hold the helper’s recipe, and answer to the links of the app', () => {
    expect(config.files).toContain('resources/**');
    expect(existsSync(join(ROOT, 'resources', 'helper', 'Dockerfile'))).toBe(true);
    expect(config.protocols).toEqual([{ name: 'Bulkhead', schemes: [LINK_SCHEME] }]);
  });

  test('have a picture', () => {
    // A PNG says its size from the sixteenth byte on; macOS needs one of at least 512.
    const png = readFileSync(join(ROOT, config.icon));
    expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1024, 1024]);
  });

  test('are built for each system', () => {
    expect([config.linux.target, config.mac.target, config.win.target]).toEqual([
      ['AppImage', 'deb'],
      ['dmg', 'zip'],
      ['nsis'],
    ]);
  });
});
