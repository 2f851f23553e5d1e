import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextFiles, fakeSurroundings } from './fake-surroundings.ts';
import { isSharedEngine } from './shared-engine.ts';

const ME = process.getuid?.() ?? 0;
let folder = '';
let server: Server;
let address = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-shared-'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'docker.sock'), resolve));
  address = `unix://${join(folder, 'docker.sock')}`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('an engine that others may guard too', () => {
  it.each(['tcp://10.0.0.5:2376', 'ssh://me@build'])('is one at %s', async (elsewhere) => {
    expect(await isSharedEngine(elsewhere, fakeSurroundings())).toBe(true);
  });

  it('is not one behind a socket of my own', async () => {
    expect(await isSharedEngine(address, fakeSurroundings(), ME)).toBe(false);
  });

  it('is one behind a socket of somebody else', async () => {
    expect(await isSharedEngine(address, fakeSurroundings(), ME + 1)).toBe(true);
  });

  it.runIf(ME === 0)('is one for root too where the engine is a user’s', async () => {
    chownSync(join(folder, 'docker.sock'), 1234, 1234);
    expect(await isSharedEngine(address, fakeSurroundings())).toBe(true);
  });

  it.each(['unix:///nowhere/docker.sock', 'no-such-context', 'demo'])(
    'is none at %s, which leads nowhere',
    async (odd) => {
      expect(await isSharedEngine(odd, fakeSurroundings())).toBe(false);
    },
  );

  it('is one where a context leads elsewhere, with certificates or without', async () => {
    for (const tls of [{}, { 'ca.pem': 'CA' }]) {
      const files = contextFiles('remote', 'tcp://box:2376', { tls });
      expect(await isSharedEngine('remote', fakeSurroundings({ files }))).toBe(true);
    }
  });
});
