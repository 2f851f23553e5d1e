/** Somebody who may not use the engine, or has none: told what to do, and it goes on by itself as soon as that is done. */
import { chmod, chown } from 'node:fs/promises';
import { expectAccessible } from './axe.ts';
import { expect, serveApp, test, type ServeOptions } from './app.ts';

const NOBODY = 65_534;
const AS_NOBODY: ServeOptions = {
  prepare: (folder) => chown(folder, NOBODY, NOBODY),
  through: ['setpriv', `--reuid=${String(NOBODY)}`, `--regid=${String(NOBODY)}`, '--clear-groups'],
};
/** A machine on which no engine was ever installed. */
const WITHOUT_ENGINE: ServeOptions = {
  env: { DOCKER_HOST: '', DOCKER_CONTEXT: '', HOME: '/nonexistent', XDG_RUNTIME_DIR: '' },
  through: ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$@"', 'sh'],
};

test.beforeEach(({ engine }) => chmod(engine.socket, 0o600));
test.afterAll(({ engine }) => chmod(engine.socket, 0o660));

for (const [language, said] of [
  ['en', /you may not use its socket/],
  ['zh-CN', /您无权使用它的套接字/],
] as const) {
  test.describe(`at the first run, in ${language}`, () => {
    test.use({ locale: language });
    test('is told how to be allowed, and need not press anything afterwards', async ({ page, engine }) => {
      const app = await serveApp(null, { ...AS_NOBODY, env: { DOCKER_HOST: engine.url, DOCKER_CONTEXT: '' } });
      try {
        await page.goto(app.url);
        const found = page.locator(`[data-testid="found-engine"][data-address="${engine.url}"]`);
        await expect(found).toHaveAttribute('data-code', 'ENGINE_PERMISSION');
        await expect(found).toContainText(said);
        await expect(found).toContainText('sudo usermod -aG docker $USER');
        await expect(found.getByRole('button')).toHaveCount(0);
        await expectAccessible(page);

        await chmod(engine.socket, 0o666);
        await found.getByRole('button').click();
        await expect(page.getByTestId('overview')).toBeVisible();
        await expect(page.getByTestId('engine')).toHaveAttribute('data-phase', 'connected');
      } finally {
        await app.stop();
      }
    });
  });
}

test('an engine that was named is waited for, and opened once it may be', async ({ page, engine }) => {
  const app = await serveApp(engine.url, AS_NOBODY);
  try {
    await page.goto(app.url);
    await expect(page.getByTestId('failed')).toHaveAttribute('data-code', 'ENGINE_PERMISSION');
    await expect(page.getByTestId('failed')).toContainText('usermod -aG docker');
    await expectAccessible(page);
    await chmod(engine.socket, 0o666);
    await expect(page.getByTestId('overview')).toBeVisible();
  } finally {
    await app.stop();
  }
});

test('without any engine it says so, and the demo is a key away', async ({ page }) => {
  const app = await serveApp(null, WITHOUT_ENGINE);
  try {
    await page.goto(app.url);
    await expect(page.getByTestId('nothing-found')).toBeVisible();
    await expect(page.getByTestId('found-engine')).toHaveCount(0);
    await expectAccessible(page);
    await page.getByTestId('welcome-demo').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('overview')).toBeVisible();
    await expect(page.getByTestId('demo-banner')).toBeVisible();
  } finally {
    await app.stop();
  }
});
