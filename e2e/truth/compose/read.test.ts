import { expect, it } from 'vitest';
import { isVersionOne, otherFiles } from './read.ts';

it('finds the files that a file leads to', () => {
  const text = `
include: [one.yml, {path: two.yml}, {path: [three.yml, four.yml], env_file: x.env}]
services:
  a: {extends: {file: "\${BASE:-five}.yml", service: a}}
  b: {extends: a}
  c: {extends: {service: a}}
  d:
`;
  expect(otherFiles(text)).toEqual(['five.yml', 'one.yml', 'two.yml', 'three.yml', 'four.yml']);
  expect(otherFiles('include: one.yml')).toEqual(['one.yml']);
  for (const none of ['', '[', '- a', 'services: []', 'a: *gone']) expect(otherFiles(none)).toEqual([]);
});

it.each([
  ['services at the top', 'web: {image: x}', true],
  ['a build at the top', 'web: {build: .}\ndb: {image: y}', true],
  ['services in their place', 'services: {web: {image: x}}', false],
  ['fragments beside them', 'x-a: {image: x}\nservices: {}', false],
  ['nothing but an include', 'include: [a.yml]\nx-a: {image: x}', false],
  ['no compose file', 'a: 1', false],
  ['no YAML', '[', false],
])('tells a file of version 1: %s', (_, text, expected) => {
  expect(isVersionOne(text)).toBe(expected);
});
