import { describe, expect, test } from 'vitest';
import { hashOf, parseRoute } from './route.ts';

describe('the address of the page', () => {
  test.each([
    ['#/containers', { screen: 'containers', path: [], query: {} }],
    ['#/containers/web/logs', { screen: 'containers', path: ['web', 'logs'], query: {} }],
    ['#/containers/web/?follow=1&q=a%20b', { screen: 'containers', path: ['web'], query: { follow: '1', q: 'a b' } }],
    ['#/history', { screen: 'history', path: [], query: {} }],
    ['#/containers/%E0%A4', { screen: 'containers', path: ['%E0%A4'], query: {} }],
    ['#/nowhere', null],
    ['#main', null],
    ['', null],
  ])('%s', (hash, expected) => {
    expect(parseRoute(hash)).toEqual(expected);
  });

  test('whatever a thing is called, its address leads to it', () => {
    for (const name of ['a/b', '?x=#y', '<script>', '..', '日志', '%2f']) {
      expect(parseRoute(hashOf('containers', name, 'logs'))?.path).toEqual([name, 'logs']);
    }
  });
});
