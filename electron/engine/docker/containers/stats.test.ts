import { describe, expect, it } from 'vitest';
import { toStatsSample } from './stats.ts';

const cpu = (total: number, system: number) => ({
  cpu_usage: { total_usage: total },
  system_cpu_usage: system,
  online_cpus: 4,
});
const look = {
  read: '2026-01-01T00:00:02Z',
  cpu_stats: cpu(3_000, 20_000),
  precpu_stats: cpu(1_000, 10_000),
  memory_stats: { usage: 1000, limit: 5000, stats: { inactive_file: 300 } },
  networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: 'read', value: 5 },
      { op: 'Write', value: 6 },
      { op: 'Read', value: 7 },
      { op: 'Total', value: 99 },
    ],
  },
  pids_stats: { current: 3 },
};

describe('what a container uses', () => {
  it('is read from one look', () => {
    expect(toStatsSample(look)).toEqual({
      at: Date.parse(look.read),
      cpu: 80,
      memory: 700,
      memoryLimit: 5000,
      received: 11,
      sent: 22,
      read: 12,
      written: 6,
      pids: 3,
    });
  });

  it.each([
    ['the first look has nothing before it', { precpu_stats: {} }, { cpu: 0 }],
    [
      'cgroup 1 calls its cache otherwise',
      { memory_stats: { usage: 10, stats: { total_inactive_file: 4 } } },
      { memory: 6 },
    ],
    [
      'no network, no disk',
      { networks: undefined, blkio_stats: { io_service_bytes_recursive: null } },
      { received: 0, read: 0 },
    ],
    ['numbers beyond what is whole', { memory_stats: { usage: 2 ** 60 } }, { memory: 2 ** 60 }],
    [
      'nonsense counts nothing',
      { memory_stats: 'much', pids_stats: { current: -1 } },
      { memory: 0, memoryLimit: 0, pids: 0 },
    ],
  ])('%s', (_, given, expected) => {
    expect(toStatsSample({ ...look, ...given })).toMatchObject(expected);
  });

  it.each([[{}], [null], [{ read: '0001-01-01T00:00:00Z', cpu_stats: { cpu_usage: { total_usage: 0 } } }]])(
    'a container that does not run tells nothing: %j',
    (json) => {
      expect(toStatsSample(json)).toBeNull();
    },
  );
});
