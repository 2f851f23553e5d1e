import { describe, expect, it } from 'vitest';
import { blankVariables, guessValue, requiredVariable } from './variables.ts';

const guess = (name: string, yaml: string): string => guessValue(name, [yaml], 3);

describe('a value for a variable that nobody set', () => {
  it.each([
    ['a port of the machine', 'services: {a: {ports: ["${X}:80"]}}', '18003'],
    ['both ports', 'services: {a: {ports: ["$X:$X/udp"]}}', '18003'],
    ['the address before two ports', 'services: {a: {ports: ["${X}:8080:80"]}}', '127.0.0.1'],
    ['the address before ports that are variables too', 'services: {a: {ports: ["${X}:${P:-1}:80"]}}', '127.0.0.1'],
    ['the port after an address that is a variable', 'services: {a: {ports: ["${IP}:${X}:80"]}}', '18003'],
    ['a port in the long form', 'services: {a: {ports: [{target: 80, published: "${X}"}]}}', '18003'],
    ['an address in the long form', 'services: {a: {ports: [{target: 80, host_ip: "${X}"}]}}', '127.0.0.1'],
    ['an exposed port', 'services: {a: {expose: ["${X}"]}}', '18003'],
    ['a folder', 'services: {a: {volumes: ["${X}:/data"]}}', '/srv/x'],
    ['a folder of the container', 'services: {a: {volumes: ["data:${X}"]}}', '/srv/x'],
    ['the end of a path', 'services: {a: {volumes: ["/srv/${X}:/data"]}}', 'data'],
    ['a place in the container', 'services: {a: {volumes: ["data:/${X}"]}}', 'data'],
    ['a subnet', 'networks: {a: {ipam: {config: [{subnet: "${X}"}]}}}', '10.199.3.0/24'],
    ['a number', 'services: {a: {deploy: {replicas: "${X}"}}}', '1'],
    ['a choice', 'services: {a: {privileged: "${X}"}}', 'false'],
    ['an image', 'services: {a: {image: "${X:?}"}}', 'v4'],
    ['what comes through an anchor', 'x-a: &a {ports: ["${X}:80"]}\nservices: {a: {<<: *a}}', '18003'],
    ['what has a tag of Compose', 'services: {a: {ports: !override ["${X}:80"]}}', '18003'],
  ])('%s', (_, yaml, value) => {
    expect(guess('X', yaml)).toBe(value);
  });

  it.each([
    ['APP_PORT', '18003'],
    ['SERVER_IP', '127.0.0.1'],
    ['LAN_SUBNET', '10.199.3.0/24'],
    ['MEDIA_DIR', '/srv/media_dir'],
    ['TAG', 'v4'],
  ])('from its name where no file shows it: %s', (name, value) => {
    expect(guess(name, 'services: {a: {image: b}}')).toBe(value);
  });

  it('is not misled by a longer name or by a text that is no YAML', () => {
    expect(guess('X', 'services: {a: {ports: ["${XY}:80"]}}')).toBe('v4');
    expect(guess('X', 'a: [${X}\n\t: {')).toBe('v4');
  });
});

it('reads what Compose complains of', () => {
  expect(
    requiredVariable('error while interpolating services.a.image: required variable IMG is missing a value: must'),
  ).toBe('IMG');
  expect(requiredVariable('services.a must be a mapping')).toBeNull();
  const warnings = 'time="…" level=warning msg="The \\"A\\" variable is not set. Defaulting to a blank string."\n';
  expect(blankVariables(warnings + warnings + warnings.replace('A', 'B_1'))).toEqual(['A', 'B_1']);
});
