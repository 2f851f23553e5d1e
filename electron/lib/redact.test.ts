import { describe, expect, test } from 'vitest';
import { redacted } from './redact.ts';

/** What must never be seen again. */
const SECRET = 'hunter2-S3CRET';
const BASE64 = Buffer.from(JSON.stringify({ username: 'me', password: SECRET })).toString('base64');

describe('what is taken out', () => {
  test.each([
    [
      'an address with a password',
      `cannot reach tcp://me:${SECRET}@10.0.0.1:2375`,
      'cannot reach tcp://***@10.0.0.1:2375',
    ],
    ['a password with an @', `tcp://me:p@${SECRET}@10.0.0.1:2375`, 'tcp://***@10.0.0.1:2375'],
    [
      'an address with a token for a name',
      `https://${SECRET}@registry.example/v2/`,
      'https://***@registry.example/v2/',
    ],
    ['a proxy', `HTTPS_PROXY=http://u:${SECRET}@proxy:3128 refused`, 'HTTPS_PROXY=*** refused'],
    ['the registry header', `X-Registry-Auth: ${BASE64}`, 'X-Registry-Auth: ***'],
    ['the same in JSON', `{"X-Registry-Auth":"${BASE64}","a":1}`, '{"X-Registry-Auth":"***","a":1}'],
    [
      'the same quoted once more',
      `"{\\"password\\":\\"${SECRET}\\",\\"a\\":1}"`,
      '"{\\"password\\":\\"***\\",\\"a\\":1}"',
    ],
    ['an authorization', `sent Authorization: Bearer ${SECRET}\nnext`, 'sent Authorization: ***\nnext'],
    ['one beside other words', `with Bearer ${SECRET} denied`, 'with Bearer *** denied'],
    ['a variable', `exec failed: DB_PASSWORD=${SECRET} sh`, 'exec failed: DB_PASSWORD=*** sh'],
    ['one in quotes', `env DB_URL="postgres://u:${SECRET} x" sh`, 'env DB_URL=*** sh'],
    ['one of an array', `["PATH=/bin","API_KEY=${SECRET}"]`, '["PATH=***","API_KEY=***"]'],
    ['our own token', `GET /4c2f/?token=${SECRET}&x=1`, 'GET /4c2f/?token=***&x=1'],
    [
      'a field',
      `{"auths":{"r":{"auth":"${BASE64}","identitytoken":"${SECRET}"}}}`,
      '{"auths":{"r":{"auth":"***","identitytoken":"***"}}}',
    ],
    ['a cookie', `Cookie: bulkhead=${SECRET}`, 'Cookie: ***'],
  ])('%s', (_, text, expected) => {
    expect(redacted(text)).toBe(expected);
    expect(redacted(text)).not.toContain(SECRET);
    expect(redacted(text)).not.toContain(BASE64);
  });

  test.each([
    'Cannot connect to unix:///var/run/docker.sock: ENOENT',
    'shop/web → shop/db (tcp/5432)',
    'a=b',
    '容器 web 已停止',
  ])('nothing of %j', (text) => {
    expect(redacted(text)).toBe(text);
  });

  test('long noise is read in no time', () => {
    const before = performance.now();
    redacted(`${'"'.repeat(20_000)}${'a:'.repeat(20_000)}${'\\'.repeat(20_000)}${'://'.repeat(20_000)}`);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
