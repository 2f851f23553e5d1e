import { expect, test } from 'vitest';
import type { TaskRow } from '../../../../shared/contract/services.ts';
import { currentTasks, portWords } from './words.ts';

const task = (id: string, name: string, state: string, desired: string): TaskRow => ({
  id,
  name,
  serviceId: 's',
  nodeId: 'n',
  nodeName: 'node',
  state,
  desired,
  error: '',
  at: 0,
  image: '',
  container: '',
  addresses: [],
});

test('tasks that run are shown, and one that failed where nobody took its place', () => {
  const tasks = [
    task('1', 'web.1', 'running', 'running'),
    task('2', 'web.1', 'failed', 'shutdown'),
    task('3', 'web.2', 'rejected', 'shutdown'),
    task('4', 'web.2', 'failed', 'shutdown'),
    task('5', 'web.3', 'shutdown', 'shutdown'),
    task('6', 'web.4', 'pending', 'running'),
    task('7', 'job.1', 'complete', 'complete'),
  ];
  expect(currentTasks(tasks).map(({ id }) => id)).toEqual(['1', '3', '6', '7']);
});

test.each([
  [{ protocol: 'tcp', port: 80, hostPort: 8080, mode: 'ingress' }, '8080:80'],
  [{ protocol: 'udp', port: 53, hostPort: 53, mode: 'host' }, '53:53/udp host'],
] as const)('a port %j', (port, expected) => {
  expect(portWords(port)).toBe(expected);
});
