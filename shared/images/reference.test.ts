import { describe, expect, test } from 'vitest';
import { parseReference } from './reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('names of images', () => {
  test.each([
    ['nginx', 'docker.io', 'library/nginx', 'latest', '', 'nginx'],
    [' nginx:1.29 ', 'docker.io', 'library/nginx', '1.29', '', 'nginx'],
    ['shop/web:2.4', 'docker.io', 'shop/web', '2.4', '', 'shop/web'],
    ['docker.io/library/nginx', 'docker.io', 'library/nginx', 'latest', '', 'nginx'],
    ['index.docker.io/shop/web', 'docker.io', 'shop/web', 'latest', '', 'shop/web'],
    ['127.0.0.1:5000/a/b:c', '127.0.0.1:5000', 'a/b', 'c', '', '127.0.0.1:5000/a/b'],
    ['localhost/a', 'localhost', 'a', 'latest', '', 'localhost/a'],
    ['[::1]:5000/a', '[::1]:5000', 'a', 'latest', '', '[::1]:5000/a'],
    [`ghcr.io/o/p@${DIGEST}`, 'ghcr.io', 'o/p', '', DIGEST, 'ghcr.io/o/p'],
    [`o/p:1@${DIGEST}`, 'docker.io', 'o/p', '1', DIGEST, 'o/p'],
  ])('%s', (text, registry, path, tag, digest, name) => {
    expect(parseReference(text)).toEqual({ registry, path, tag, digest, name });
  });

  test.each(['', 'Nginx', 'a//b', 'a:', 'a:b c', 'a@sha256:12', '-a', '../a', 'a/../b', 'a b', 'http://x/y', 'a:b:c'])(
    'no engine would take “%s”',
    (text) => {
      expect(parseReference(text)).toBeNull();
    },
  );
});
