/** The first run: nothing is opened before a person has chosen, and why an engine does not answer is told. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import { expect, serveApp, test } from './app.ts';

/** A machine whose only engine is at this address. */
const at = (address: string) => ({ env: { DOCKER_HOST: address, DOCKER_CONTEXT: '' } });

/** Something that accepts connections and hangs up on each. */
async function hangingUp(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => {
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0 };
}

test('asks which engine to open, tells why one does not answer, and remembers the answer', async ({ page }) => {
  const { server, port } = await hangingUp();
  const address = `tcp://127.0.0.1:${String(port)}`;
  const app = await serveApp(null, at(address));
  try {
    await page.goto(app.url);
    await expect(page.getByTestId('welcome')).toBeVisible();
    const engine = page.locator(`[data-testid="found-engine"][data-address="${address}"]`);
    await expect(engine).toHaveAttribute('data-code', /ENGINE_/);
    await expectAccessible(page);
    await page.getByTestId('language').click();
    await page.getByRole('menuitem', { name: '简体中文' }).click();
    await expect(page.getByTestId('welcome').getByRole('heading', { level: 2 })).toHaveText(/[\u4e00-\u9fff]/);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);

    // The guide and the settings are there without any engine.
    await page.getByTestId('nav-guide').click();
    await page.getByTestId('topic-volume').click();
    await expect(page.getByTestId('no-example')).toBeVisible();
    await page.getByTestId('nav-settings').click();
    await expect(page.getByTestId('settings')).toBeVisible();
    await page.getByTestId('nav-overview').click();

    await page.getByTestId('welcome-demo').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('overview')).toBeVisible();
    await expect(page.getByTestId('demo-banner')).toBeVisible();
    await expect
      .poll(async () => JSON.parse(await readFile(join(app.configDir, 'settings.json'), 'utf8')) as unknown)
      .toMatchObject({ start: { welcomed: true } });
    await page.reload();
    await expect(page.getByTestId('overview')).toBeVisible();
  } finally {
    await app.stop();
    server.close();
  }
});

test('does not come where an engine was named', async ({ page, demo }) => {
  await page.goto(demo.url);
  await expect(page.getByTestId('overview')).toBeVisible();
  await expect(page.getByTestId('welcome')).toHaveCount(0);
});

test('opens a real engine only when it is told to', async ({ page, engine }) => {
  const app = await serveApp(null, at(engine.url));
  try {
    await page.goto(app.url);
    const found = page.locator(`[data-testid="found-engine"][data-address="${engine.url}"]`);
    await expect(found).toHaveAttribute('data-code', '');
    await expect(found).toContainText('28.5');
    await found.getByRole('button').click();
    await expect(page.getByTestId('engine')).toHaveAttribute('data-phase', 'connected');
    await expect(page.getByTestId('welcome')).toHaveCount(0);
  } finally {
    await app.stop();
  }
});
