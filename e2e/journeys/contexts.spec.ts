/** What a person with several engines does: sees those of their docker contexts side by side, over a socket, TLS and ssh, and goes from one to the other. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { makeCertificates, type Certificates } from '../fixture/certificates.ts';
import { dockerCli } from '../fixture/docker-cli.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { startSshWorld, type SshWorld } from '../fixture/ssh.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { expectAccessible } from '../specs/axe.ts';
import { expect, serveApp, test } from '../specs/app.ts';

let old: RunningEngine;
let certificates: Certificates;
let ssh: SshWorld;
let door: Server;
let folder: string;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-journey-contexts-'));
  [certificates, ssh] = await Promise.all([makeCertificates(), startSshWorld()]);
  const of = (name: string): string => join(certificates.folder, name);
  old = await startEngine({
    version: '26.1',
    name: `browser-old-${String(process.pid)}`,
    daemonArgs: [
      ...['-H', 'tcp://127.0.0.1:2376', '--tlsverify', '--tlscacert', of('ca.pem')],
      ...['--tlscert', of('server.pem'), '--tlskey', of('server-key.pem')],
    ],
  });
  await importTestImage(old);
  // The engine listens on the loopback of its own world: every connection is carried there, byte by byte.
  door = createServer((socket) => {
    const [file = '', ...enter] = old.namespace.enter;
    const carrier = spawn(file, [...enter, 'busybox', 'nc', '127.0.0.1', '2376'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    socket.pipe(carrier.stdin);
    carrier.stdout.pipe(socket);
    carrier.stdin.on('error', () => undefined);
    socket.on('error', () => undefined).on('close', () => carrier.kill());
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
});
test.afterAll(async () => {
  await new Promise((resolve) => door.close(resolve));
  await old.stop();
  await ssh.stop();
  await certificates.remove();
  await rm(folder, { recursive: true, force: true });
});

test('two engines are side by side, each by its docker contexts, and one works on the one and on the other', async ({
  page,
  engine,
  fixture,
}) => {
  void fixture;
  const config = { DOCKER_CONFIG: folder };
  const context = async (name: string, host: string): Promise<void> => {
    const env = { PATH: process.env['PATH'], ...config };
    await promisify(execFile)('docker', ['context', 'create', name, '--docker', host], { env });
  };
  const address = door.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const of = (name: string): string => join(certificates.folder, name);
  await context('by-socket', `host=${engine.url}`);
  await context(
    'by-tls',
    `host=tcp://localhost:${port},ca=${of('ca.pem')},cert=${of('cert.pem')},key=${of('key.pem')}`,
  );
  await context('by-ssh', `host=ssh://${ssh.names.behind}${old.socket}`);
  await context('by-stranger', `host=ssh://${ssh.names.unknown}${old.socket}`);
  const app = await serveApp(engine.url, { env: { ...ssh.env, ...config } });
  const cli = dockerCli(old.url);
  try {
    await page.goto(app.url);
    await page.getByTestId('nav-engine').click();
    await page.getByTestId('tab-engines').click();
    const card = (name: string) => page.getByTestId('engine-card').filter({ has: page.getByRole('heading', { name }) });
    for (const name of ['by-socket', 'by-tls', 'by-ssh']) {
      await expect(card(name)).toHaveAttribute('data-state', 'reachable', { timeout: 60_000 });
    }
    const version = (await cli('version', '--format', '{{.Server.Version}}')).trim();
    for (const name of ['by-tls', 'by-ssh']) await expect(card(name)).toContainText(version);
    await expect(card('by-socket')).not.toContainText(version);
    await expect(card('by-stranger')).toHaveAttribute('data-state', 'unreachable', { timeout: 60_000 });
    await expect(card('by-stranger').getByRole('alert'), 'ssh’s own trouble, and what to do').toContainText(
      /fingerprint/,
    );
    await expectAccessible(page);

    // What happens on the one is seen on its cards, and on no other.
    const running = (name: string) => card(name).getByTestId('card-running');
    const here = await running('by-socket').getAttribute('data-running');
    await cli('run', '--detach', '--name', 'far', '--stop-signal', 'KILL', TEST_IMAGE, 'sleep', '3600');
    for (const name of ['by-tls', 'by-ssh']) await expect(running(name)).toHaveAttribute('data-running', '1');
    await expect(running('by-socket')).toHaveAttribute('data-running', here ?? '');

    const screen = new ContainersPage(page);
    for (const name of ['by-tls', 'by-ssh']) {
      await card(name).getByTestId('switch').click();
      await expect(card(name)).toHaveAttribute('data-current', 'true', { timeout: 60_000 });
      await page.getByTestId('nav-containers').click();
      await expect(screen.row('far')).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
      await screen.choose('far', 'stop');
      await screen.confirm();
      await expect(screen.row('far')).toHaveAttribute('data-state', 'exited', { timeout: 30_000 });
      expect(await cli('inspect', '--format', '{{.State.Status}}', 'far')).toBe('exited');
      await cli('start', 'far');
      await expect(screen.row('far')).toHaveAttribute('data-state', 'running');
      // What is typed goes all the way.
      await screen.goTo('#/containers/far/terminal');
      await expect(page.locator('.xterm-rows')).toContainText('/ #', { timeout: 30_000 });
      await page.keyboard.type(`echo ${name} > /tmp/from; echo do"ne"\n`);
      await expect(page.locator('.xterm-rows')).toContainText('done');
      expect(await cli('exec', 'far', 'cat', '/tmp/from')).toBe(name);
      await screen.goTo('#/engine/engines');
    }
    await card('by-socket').getByTestId('switch').click();
    await expect(card('by-socket')).toHaveAttribute('data-current', 'true', { timeout: 60_000 });
    await page.getByTestId('nav-containers').click();
    await expect(screen.row('web')).toBeVisible();
    await expect(screen.row('far')).toHaveCount(0);
  } finally {
    await app.stop();
    await cli('rm', '--force', 'far').catch(() => undefined);
  }
});
