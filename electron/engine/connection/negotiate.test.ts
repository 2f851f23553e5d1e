import { describe, expect, it } from 'vitest';
import { compareVersions, negotiate } from './negotiate.ts';

const body = (ApiVersion: string, MinAPIVersion?: string): object => ({ Version: '9.9', ApiVersion, MinAPIVersion });

describe('API version', () => {
  it.each([
    ['1.40', undefined, '1.40'],
    ['1.41', '1.12', '1.41'],
    ['1.52', '1.44', '1.52'],
    ['1.60', '1.44', '1.52'],
    ['2.0', '1.52', '1.52'],
  ])('of a server that speaks %s (from %s) is %s', (newest, oldest, agreed) => {
    expect(negotiate('unix:///x', body(newest, oldest))).toEqual({
      version: '9.9',
      kind: 'docker',
      apiVersion: agreed,
    });
  });

  it.each([
    ['too old', body('1.39', '1.12'), 'ENGINE_API_TOO_OLD'],
    ['compared as text, but too old', body('1.9'), 'ENGINE_API_TOO_OLD'],
    ['too new', body('1.80', '1.53'), 'ENGINE_REFUSED'],
    ['no engine', { hello: 'world' }, 'ENGINE_REFUSED'],
    ['not even an object', null, 'ENGINE_REFUSED'],
    ['hostile', body('1.51/../../x'), 'ENGINE_REFUSED'],
  ])('is refused when %s', (_name, json, code) => {
    expect(() => negotiate('unix:///x', json)).toThrow(expect.objectContaining({ code }));
  });

  it('knows Podman by its components', () => {
    expect(negotiate('a', { ...body('1.41', '1.24'), Components: [{ Name: 'Podman Engine' }] }).kind).toBe('podman');
  });

  it('compares numbers', () => {
    expect(['1.52', '1.9', '1.40', '2.0'].sort(compareVersions)).toEqual(['1.9', '1.40', '1.52', '2.0']);
  });
});
