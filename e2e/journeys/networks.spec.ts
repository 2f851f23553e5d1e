/** What a person does with networks: make one, put a container on it, find it in the matrix, take it away; the engine is asked whether it is so. */
import { dockerCli } from '../fixture/docker-cli.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expect, test } from '../specs/app.ts';
import { expectAccessible } from '../specs/axe.ts';

test('a network is made, joined at a fixed address, found in the matrix, left and removed', async ({
  page,
  app,
  fixture,
}) => {
  const { docker } = fixture;
  const manage = new ManagePage(page);
  await manage.open(app.url, 'networks');
  await expectAccessible(page);
  await page.getByTestId('create').click();
  await page.getByTestId('network-name').fill('journey');
  await page.getByTestId('network-subnet').fill('10.66.0.0/24');
  await page.getByLabel(/^internal/i).check();
  await expectAccessible(page);
  await page.getByTestId('form-submit').click();
  const row = manage.row('network', 'journey');
  await expect(row).toBeVisible();
  expect(await docker.inspectNetwork('journey')).toMatchObject({ Internal: true, Driver: 'bridge' });

  await page.getByTestId('create').click();
  await page.getByTestId('network-name').fill('journey');
  await page.getByTestId('form-submit').click();
  await expect(page.getByRole('alert'), 'the name is taken: the engine’s words, and what to do').toContainText(
    /already exists/,
  );
  await page.getByRole('button', { name: /cancel/i }).click();

  await row.getByRole('link', { name: 'journey' }).click();
  await page.locator('[data-action="connect"]').click();
  await page.getByTestId('connect-container').selectOption({ label: 'web' });
  await page.getByTestId('connect-aliases').fill('front door');
  await page.getByTestId('connect-ipv4').fill('10.66.0.66');
  await page.getByTestId('form-submit').click();
  const member = page.locator('[data-member="web"]');
  await expect(member).toContainText('10.66.0.66');
  await expect(member).toContainText('front');
  await expectAccessible(page);
  const joined = (await docker.inspectContainer('web')).NetworkSettings.Networks['journey'];
  expect(joined?.IPAddress).toBe('10.66.0.66');

  await page.locator('[data-action="matrix"]').click();
  await expect(page.getByTestId('matrix')).toBeVisible();
  await expect(page.locator('label', { hasText: /^network/i }).locator('select')).toHaveValue('journey');
  await page.goBack();

  await member.getByRole('button', { name: /disconnect web/i }).click();
  await page.getByTestId('confirm-action').click();
  await expect(member).toHaveCount(0);
  expect((await docker.inspectContainer('web')).NetworkSettings.Networks).not.toHaveProperty('journey');
  // Of one that does not run the engine tells nobody that it joined.
  await docker.createContainer('asleep', { Image: TEST_IMAGE, Cmd: ['sleep', '600'] });
  await page.locator('[data-action="connect"]').click();
  await page.getByTestId('connect-container').selectOption({ label: 'asleep' });
  await page.getByTestId('form-submit').click();
  await expect(page.locator('[data-member="asleep"]')).toBeVisible();
  await docker.removeContainer('asleep');
  await page.locator('[data-action="remove"]').click();
  await page.getByTestId('confirm-action').click();
  await expect(page.getByRole('heading', { name: /there is no network journey/i })).toBeVisible();
  expect((await docker.listNetworks()).map(({ Name }) => Name)).not.toContain('journey');
});

test('a network is made with every option, joined by either family’s address, and the unused are cleaned up', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  const manage = new ManagePage(page);
  await manage.open(app.url, 'networks');
  await docker('run', '--detach', '--name', 'joiner', '--stop-signal', 'KILL', TEST_IMAGE, 'sleep', '3600');
  try {
    await page.getByTestId('create').click();
    for (const [field, value] of [
      ['name', 'optional'],
      ['subnet', '10.67.0.0/24'],
      ['gateway', '10.67.0.9'],
      ['range', '10.67.0.128/25'],
    ] as const) {
      await page.getByTestId(`network-${field}`).fill(value);
    }
    const form = page.getByTestId('form-dialog');
    await form.getByLabel('IPv6', { exact: true }).check();
    await page.getByTestId('network-subnet6').fill('fd67::/64');
    await form.getByLabel('Members may talk to each other').uncheck();
    await form.getByLabel('Driver options').fill('com.docker.network.driver.mtu=1400');
    await form.getByLabel('Labels').fill('purpose=journey');
    await expectAccessible(page);
    await page.getByTestId('form-submit').click();
    await expect(manage.row('network', 'optional')).toBeVisible();
    const made = JSON.parse(await docker('network', 'inspect', '--format', '{{json .}}', 'optional')) as {
      readonly IPAM: { readonly Config: readonly object[] };
    };
    expect(made).toMatchObject({
      Driver: 'bridge',
      EnableIPv6: true,
      Internal: false,
      Labels: { purpose: 'journey' },
      Options: { 'com.docker.network.driver.mtu': '1400', 'com.docker.network.bridge.enable_icc': 'false' },
    });
    expect(made.IPAM.Config).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Subnet: '10.67.0.0/24', Gateway: '10.67.0.9', IPRange: '10.67.0.128/25' }),
        expect.objectContaining({ Subnet: 'fd67::/64' }),
      ]),
    );
    await manage.row('network', 'optional').getByRole('link', { name: 'optional' }).click();
    await page.locator('[data-action="connect"]').click();
    await page.getByTestId('connect-container').selectOption({ label: 'joiner' });
    await page.getByTestId('connect-ipv4').fill('10.67.0.9');
    await page.getByTestId('form-submit').click();
    await expect(page.getByRole('alert'), 'the gateway’s own').toContainText(/address/i);
    await page.getByTestId('connect-ipv4').fill('10.67.0.200');
    await form.getByLabel('Fixed IPv6 address').fill('fd67::200');
    await page.getByTestId('form-submit').click();
    await expect(page.locator('[data-member="joiner"]')).toContainText('fd67::200');
    const addresses = '{{with index .NetworkSettings.Networks "optional"}}{{.IPAddress}} {{.GlobalIPv6Address}}{{end}}';
    expect(await docker('inspect', '--format', addresses, 'joiner')).toBe('10.67.0.200 fd67::200');

    await docker('network', 'create', 'forsaken');
    await page.getByTestId('nav-networks').click();
    await page.getByTestId('prune').click();
    await expect(page.getByTestId('prune-items')).toContainText('forsaken');
    await expect(page.getByTestId('prune-items'), 'who is used stays').not.toContainText('optional');
    await page.getByTestId('form-submit').click();
    await expect(manage.row('network', 'forsaken')).toHaveCount(0);
    const left = (await docker('network', 'ls', '--format', '{{.Name}}')).split('\n');
    expect([left.includes('forsaken'), left.includes('optional')]).toEqual([false, true]);
  } finally {
    await docker('rm', '--force', 'joiner');
    await docker('network', 'rm', 'optional', 'forsaken').catch(() => undefined);
  }
});
