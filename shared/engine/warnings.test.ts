import { describe, expect, test } from 'vitest';
import { warningCode } from './warnings.ts';

describe('warnings of an engine', () => {
  test.each([
    ['WARNING: No swap limit support', 'memory'],
    ['WARNING: No kernel memory TCP limit support', 'memory'],
    ['WARNING: No oom kill disable support', 'oom'],
    ['WARNING: No cpu cfs quota support', 'cpu'],
    ['WARNING: No cpuset support', 'cpu'],
    ['WARNING: No blkio throttle.read_bps_device support', 'io'],
    ['WARNING: No io.max (rbps) support', 'io'],
    ['WARNING: No pids limit support', 'pids'],
    ['WARNING: IPv4 forwarding is disabled', 'forwarding'],
    ['WARNING: bridge-nf-call-ip6tables is disabled', 'bridge-netfilter'],
    ['WARNING: Support for cgroup v1 is deprecated and planned to be removed by no later than May 2029', 'cgroup-v1'],
    ['WARNING: Running in rootless-mode without cgroups. Systemd is required to enable cgroups.', 'rootless-cgroups'],
    [
      '[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption.\n         Access to the remote API is equivalent to root access on the host.',
      'insecure-api',
    ],
    ['WARNING: the devicemapper storage-driver is deprecated', 'storage'],
    ['WARNING: daemon is not using the default seccomp profile', 'security'],
    ['WARNING: the moon is full', 'other'],
  ])('%s', (text, code) => {
    expect(warningCode(text)).toBe(code);
  });
});
