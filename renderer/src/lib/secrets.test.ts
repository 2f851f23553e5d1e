import { expect, test } from 'vitest';
import { isSecret, MASK, maskedCommand } from './secrets.ts';

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

test.each([
  ['ENV API_TOKEN=hunter2', `ENV API_TOKEN=${MASK}`],
  ['ENV COLOUR=green API_TOKEN=two words PATH=/bin', `ENV COLOUR=green API_TOKEN=${MASK} PATH=/bin`],
  ['/bin/sh -c #(nop)  ENV DB=postgres://me:x@db/a', `/bin/sh -c #(nop)  ENV DB=${MASK}`],
  ['ARG TOKEN=hunter2', `ARG TOKEN=${MASK}`],
  ['RUN |1 TOKEN=hunter2 /bin/sh -c make all', `RUN |1 TOKEN=${MASK} /bin/sh -c make all`],
  ['RUN /bin/sh -c make CFLAGS=-O2 all', 'RUN /bin/sh -c make CFLAGS=-O2 all'],
  ['COPY . /app', 'COPY . /app'],
])('of the layer %s what is secret is hidden', (command, expected) => {
  expect(maskedCommand(command)).toBe(expected);
});
