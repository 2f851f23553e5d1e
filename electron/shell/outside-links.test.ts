import { expect, test } from 'vitest';
import { mayOpenOutside } from './outside-links.ts';

test.each([
  ['https://docs.example/a', '', true],
  ['http://localhost:8080/', '', true],
  ['http://127.0.0.1:8080', '', true],
  ['http://[::1]:80/', '', true],
  ['http://192.168.1.9/', '', true],
  ['http://[fd00::1]/', '', true],
  ['http://build.example:8080/', 'ssh://me@build.example', true],
  ['http://build.example:8080/', 'tcp://BUILD.example:2375', true],
  ['http://build.example:8080/', 'unix:///run/docker.sock', false],
  ['http://docs.example/', '', false],
  ['http://8.8.8.8/', '', false],
  ['http://localhost.evil.example/', '', false],
  ['https://user:secret@docs.example/', '', false],
  ['http://localhost@evil.example/', '', false],
  ['file:///etc/passwd', '', false],
  ['javascript:alert(1)', '', false],
  ['smb://host/share', '', false],
  ['app://bulkhead/', '', false],
  ['bulkhead://matrix', '', false],
  ['ms-msdt:/id', '', false],
  ['not an address', '', false],
])('%s with the engine at %j: %s', (link, engine, expected) => {
  expect(mayOpenOutside(link, engine)).toBe(expected);
});
