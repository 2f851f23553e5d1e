import { expect, it } from 'vitest';
import { BulkheadError } from '../../shared/errors.ts';
import { sketch } from '../../shared/reachability/fixtures.ts';
import { mountsOf } from './container-detail.ts';

it('tells who has the same volume or folder, and how', () => {
  const topology = sketch({
    networks: { net: {} },
    containers: {
      web: { on: 'net', mounts: ['data:/data', '/srv:/srv:ro'] },
      db: { on: 'net', mounts: ['data:/var/lib:ro'] },
      other: { on: 'net', mounts: ['elsewhere:/data'] },
    },
  });
  const mounts = mountsOf(topology, 'web').map(({ destination, sharedWith }) => [destination, sharedWith]);
  expect(mounts).toEqual([
    ['/data', [{ name: 'db', writable: false }]],
    ['/srv', []],
  ]);
  expect(() => mountsOf(topology, 'nobody')).toThrow(BulkheadError);
});
