import { expect, test } from 'vitest';
import { isSecret } from './secrets.ts';

test.each([
  ['POSTGRES_PASSWORD', 'x', true],
  ['DB_PASS', 'x', true],
  ['API_TOKEN', 'x', true],
  ['AWS_SECRET_ACCESS_KEY', 'x', true],
  ['apikey', 'x', true],
  ['DATABASE_URL', 'postgres://me:hunter2@db/app', true],
  ['ANY', '-----BEGIN RSA PRIVATE KEY-----', true],
  ['POSTGRES_PASSWORD', '', false],
  ['DATABASE_URL', 'postgres://db/app', false],
  ['PATH', '/usr/bin', false],
  ['KEYBOARD', 'us', false],
  ['AUTHOR', 'me', false],
  ['LOG_LEVEL', 'info', false],
])('%s=%s', (name, value, expected) => {
  expect(isSecret(name, value)).toBe(expected);
});
