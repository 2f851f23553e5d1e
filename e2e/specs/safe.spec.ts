/** No other web page reaches the engine through the app. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, test } from './app.ts';

/** A page of somebody else on another port of the same machine. */
async function strangePage(): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => response.end('<!doctype html><title>strange</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

test('the token is good for one page only', async ({ page, browser, demo }) => {
  await new MatrixPage(page).open(demo.url);
  expect(page.url()).not.toContain('token');
  const other = await browser.newPage();
  const answer = await other.goto(demo.url);
  expect(answer?.status()).toBeGreaterThanOrEqual(400);
  await other.close();
});

test('a page from elsewhere can neither read the app nor open its channel', async ({ page, context, demo }) => {
  await new MatrixPage(page).open(demo.url);
  const app = page.url();
  const { server, url } = await strangePage();
  try {
    const stranger = await context.newPage();
    await stranger.goto(url);
    const read = await stranger.evaluate(
      (address) =>
        fetch(address, { credentials: 'include' }).then(
          () => 'read',
          () => 'refused',
        ),
      app,
    );
    expect(read).toBe('refused');
    const socket = await stranger.evaluate(
      (address) =>
        new Promise<string>((resolve) => {
          const channel = new WebSocket(new URL('rpc', address.replace(/^http/, 'ws')));
          channel.onopen = () => resolve('opened');
          channel.onerror = () => resolve('refused');
        }),
      app,
    );
    expect(socket).toBe('refused');
  } finally {
    server.close();
  }
});

test('the page may run no code but its own', async ({ page, demo }) => {
  await new MatrixPage(page).open(demo.url);
  const evaluated = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "owned"';
    document.body.append(script);
    return document.title;
  });
  expect(evaluated).not.toBe('owned');
});
