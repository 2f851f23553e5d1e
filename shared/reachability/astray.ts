/** Ways of a stack whose address the machine may look for outside its bridges (SPEC R306). */
import type { Net } from './network.ts';
import type { RuleId } from './reasons.ts';
import type { Sink, Way } from './sink.ts';

/** Ways that do not pass the machine's own routing: within one network, or one stack. */
const PAST_THE_MACHINE = new Set<RuleId>([
  'R101',
  'R102',
  'R103',
  'R105',
  'R120',
  'R123',
  'R528',
  'R532',
  'R840',
  'R841',
  'R844',
  'R845',
  'R846',
  'R850',
]);

/** The sink with what leads through the machine in doubt; `astray` is the bridge that has a rival. */
export function throughTwoRoutes(astray: Net, outer: Sink): Sink {
  return {
    get settled() {
      return outer.settled;
    },
    way(verdict, rule, kind, via, address, ports: Way['ports'], far, extras): void {
      if (verdict !== 'open' || PAST_THE_MACHINE.has(rule)) {
        outer.way(verdict, rule, kind, via, address, ports, far, extras);
      } else outer.way('unknown', 'R306', kind, astray, address, ports, far, extras);
    },
  };
}
