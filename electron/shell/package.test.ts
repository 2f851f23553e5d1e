/** What packages are made of: each point of their safety as a check. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LINK_SCHEME } from './deep-link.ts';
import { APP_USER_MODEL_ID } from './shell.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const config = parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8'));

describe('crashes', () => {
  test('are told to nobody: Electron’s reporter, which could upload them, is never started', () => {
    const folder = join(ROOT, 'electron');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(100);
    const using = sources.filter(
      (name) => !name.endsWith('.test.ts') && readFileSync(join(folder, name), 'utf8').includes('crashReporter'),
    );
    expect(using).toEqual([]);
  });
});

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
    // With the images that lie there: read as files, and not packed twice.
    expect(config.asarUnpack).toContain('resources/**');
    expect(existsSync(join(ROOT, 'resources', 'helper', 'Dockerfile'))).toBe(true);
    expect(config.protocols).toEqual([{ name: 'Bulkhead', schemes: [LINK_SCHEME] }]);
  });

  test('take Bulkhead off the engines before they go, and not where a newer one comes', () => {
    const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
    expect(config.deb.fpm).toEqual(['--before-remove=resources/uninstall/before-remove.sh']);
    // What it does is tried in e2e/integration/leave.test.ts.
    expect(text('resources/uninstall/before-remove.sh')).toMatch(/^#!\/bin\/sh\n/);
    const nsis = text(config.nsis.include);
    expect(nsis).toMatch(
      /\$\{ifNot\} \$\{isUpdated\}[^]*ExecWait '"\$INSTDIR\\\$\{APP_EXECUTABLE_FILENAME\}" (--[a-z-]+)'/,
    );
    const asked = [nsis, text('resources/uninstall/before-remove.sh')].map((one) => /--clear-engines/.test(one));
    expect(asked).toEqual([true, true]);
    expect(text('electron/main.ts')).toContain("argv.includes('--clear-engines')");
  });

  test('are called on Windows what the app calls itself there', () => {
    expect(APP_USER_MODEL_ID).toBe(config.appId);
  });

  test('have a picture', () => {
    // A PNG says its size from the sixteenth byte on; macOS needs one of at least 512.
    const png = readFileSync(join(ROOT, config.icon));
    expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1024, 1024]);
    // In the formats of their own of each system; what is in them, scripts/lib/icons.test.mjs looks at.
    for (const { icon } of [config.linux, config.mac, config.win]) expect(existsSync(join(ROOT, icon))).toBe(true);
  });

  test('are built for each system', () => {
    expect([config.linux.target, config.mac.target, config.win.target]).toEqual([
      ['AppImage', 'deb'],
      ['dmg', 'zip'],
      ['nsis'],
    ]);
  });
});

describe('the workflow', () => {
  const workflow = parse(readFileSync(join(ROOT, '.github', 'workflows', 'ci.yml'), 'utf8'));
  const text = JSON.stringify(workflow);

  test('tests and packages on each system, and publishes nothing', () => {
    const systems = (all: readonly string[]) => all.map((os) => os.replace(/-[\d.]+$/, ''));
    expect(systems(workflow.jobs.test.strategy.matrix.os)).toEqual(['ubuntu', 'macos', 'windows']);
    const packages = workflow.jobs.package.strategy.matrix.include as readonly { os: string; flags: string }[];
    expect(systems(packages.map(({ os }) => os))).toEqual(['ubuntu', 'macos', 'windows']);
    expect(packages.map(({ flags }) => flags)).toEqual(['--linux AppImage deb', '--mac dmg', '--win nsis']);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(text).toContain('--publish never');
  });

  test('makes the helper’s image for both processors first, and packages it on each system', () => {
    interface Step {
      readonly uses?: string;
      readonly run?: string;
      readonly with?: Readonly<Record<string, string>>;
    }
    const { 'helper-image': made, package: packed } = workflow.jobs as Record<
      string,
      { needs: unknown; steps: Step[] }
    >;
    const at = (steps: readonly Step[] | undefined, what: RegExp): number =>
      (steps ?? []).findIndex(({ uses, run }) => what.test(uses ?? run ?? ''));
    const [build, upload] = [at(made?.steps, /^npm run helper-image /), at(made?.steps, /upload-artifact/)];
    expect(made?.steps[build]?.run).toContain('--platform linux/amd64,linux/arm64');
    expect(at(made?.steps, /setup-qemu-action/)).toBeGreaterThan(-1);
    expect(upload).toBeGreaterThan(build);
    const kept = made?.steps[upload]?.with;
    expect(kept).toMatchObject({ path: 'resources/helper/images/*.tar.gz', 'if-no-files-found': 'error' });

    expect(packed?.needs).toContain('helper-image');
    const [fetch, pack] = [at(packed?.steps, /download-artifact/), at(packed?.steps, /^npm run package /)];
    expect(packed?.steps[fetch]?.with).toEqual({ name: kept?.['name'], path: 'resources/helper/images' });
    expect(fetch).toBeGreaterThan(-1);
    expect(pack).toBeGreaterThan(fetch);
  });

  test('runs only scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
