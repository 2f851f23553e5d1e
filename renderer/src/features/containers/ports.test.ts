import { describe, expect, test } from 'vitest';
import type { PublishedPortView } from '../../../../shared/contract/containers.ts';
import { machineOf, shownPorts } from './ports.ts';

const port = (address: string, hostPort: number, inner: number, protocol = 'tcp'): PublishedPortView => ({
  address,
  hostPort,
  port: inner,
  protocol: protocol as 'tcp',
});

describe('published ports', () => {
  test.each([
    ['every address, once', [port('0.0.0.0', 8080, 80), port('::', 8080, 80)], '8080:80', 'http://machine:8080'],
    ['this machine alone', [port('127.0.0.1', 1, 443)], '127.0.0.1:1:443', 'https://127.0.0.1:1'],
    ['IPv6', [port('fd00::1', 1, 80)], '[fd00::1]:1:80', 'http://[fd00::1]:1'],
    ['no browser speaks UDP', [port('0.0.0.0', 53, 53, 'udp')], '53:53/udp', null],
  ])('%s', (_, ports, text, url) => {
    expect(shownPorts(ports, 'machine')).toEqual([{ text, url }]);
  });

  test.each([
    ['unix:///var/run/docker.sock', 'localhost'],
    ['tcp://10.0.0.7:2376', '10.0.0.7'],
    ['tcp://[fd00::7]:2376', 'fd00::7'],
    ['ssh://me@build-machine:22', 'build-machine'],
    ['demo', 'localhost'],
  ])('the machine of %s is %s', (address, expected) => {
    expect(machineOf(address)).toBe(expected);
  });
});
