import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

describe('engine addresses', () => {
  it.each([
    ['demo', { kind: 'demo' }],
    ['colima-work', { kind: 'context', name: 'colima-work' }],
    ['unix:///run/docker.sock', { kind: 'socket', path: '/run/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
    ['tcp://10.0.0.5:2376', { kind: 'tcp', host: '10.0.0.5', port: 2376, secure: false }],
    ['tcp://box:80', { kind: 'tcp', host: 'box', port: 80, secure: false }],
    ['tcp://box', { kind: 'tcp', host: 'box', port: null, secure: false }],
    ['https://box:443', { kind: 'tcp', host: 'box', port: 443, secure: true }],
    ['tcp://[fd00::5]:2375', { kind: 'tcp', host: 'fd00::5', port: 2375, secure: false }],
    ['ssh://ann@box:2222', { kind: 'ssh', user: 'ann', host: 'box', port: 2222, path: '' }],
    [
      'ssh://box/run/user/1000/docker.sock',
      { kind: 'ssh', user: '', host: 'box', port: null, path: '/run/user/1000/docker.sock' },
    ],
  ])('%s is understood, and written the same way', (text, parsed) => {
    expect(parseAddress(text)).toEqual(parsed);
    expect(formatAddress(parseAddress(text))).toBe(text);
  });

  it('takes a bare path for a socket', () => {
    expect(formatAddress(parseAddress('/run/docker.sock'))).toBe('unix:///run/docker.sock');
  });

  it.each([
    '',
    'ftp://box',
    'tcp://',
    'ssh://-oProxyCommand=evil',
    'ssh://-lx@box',
    '../up',
    'a b',
    '-x',
    'tcp://a b:1',
  ])('"%s" is refused with what would be right', (text) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', hint: expect.stringContaining('unix://') as unknown }),
    );
  });
});
