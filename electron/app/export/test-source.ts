/** An engine at one moment, for the tests of this folder: what a case says, and no policy. */
import type { TestCase } from '../../../shared/diagram/test-topologies.ts';
import { EMPTY_POLICY } from '../../../shared/policy/model.ts';
import { evaluate, explain } from '../../../shared/reachability/index.ts';
import type { ExportSource } from './format.ts';

export function sourceOf({ topology, denials }: TestCase): ExportSource {
  return {
    topology: () => topology,
    matrix: () => evaluate(topology, denials),
    denials: () => denials,
    policy: () => EMPTY_POLICY,
    explain: (from, to) => explain(topology, denials, from, to),
  };
}
