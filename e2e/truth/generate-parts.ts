/** What the worlds of a seed are made of: ordinary networks and containers often, everything else now and then. */
import * as fc from 'fast-check';
import { ADDRESSES } from '../engines/namespace.ts';
import type { NetworkPlan } from './plan.ts';

/** The draws behind one container; what they mean depends on those before it. */
export interface Draft {
  readonly place: number;
  readonly nets: readonly number[];
  readonly join: number;
  readonly publish: readonly { readonly host: number; readonly port: number; readonly udp: boolean }[];
  readonly expose: readonly number[];
  readonly link: number | null;
  readonly aliases: readonly number[];
  readonly mounts: readonly { readonly source: number; readonly readOnly: boolean }[];
  readonly rights: number;
  readonly pid: number;
  readonly ipc: number;
  readonly state: number;
}

export function draftArbitrary(): fc.Arbitrary<Draft> {
  return fc.record({
    place: fc.nat(99),
    nets: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }),
    join: fc.nat(9),
    publish: fc.array(fc.record({ host: fc.nat(9), port: fc.integer({ min: 80, max: 84 }), udp: fc.boolean() }), {
      maxLength: 2,
    }),
    expose: fc.uniqueArray(fc.integer({ min: 90, max: 93 }), { maxLength: 2 }),
    link: fc.option(fc.nat(9), { freq: 3 }),
    aliases: now(4, fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 2 })),
    mounts: now(4, fc.array(fc.record({ source: fc.nat(5), readOnly: fc.boolean() }), { minLength: 1, maxLength: 2 })),
    rights: fc.nat(99),
    pid: fc.nat(99),
    ipc: fc.nat(99),
    state: fc.nat(39),
  });
}

/** Some of it one time in `often`, otherwise nothing. */
function now<T>(often: number, some: fc.Arbitrary<readonly T[]>): fc.Arbitrary<readonly T[]> {
  return fc.oneof({ weight: often - 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some });
}

const BINDINGS = ['127.0.0.1', ADDRESSES.host, '0.0.0.0'];

/** A bridge.  `major`: of the engine. */
export function networkArbitrary(major: number): fc.Arbitrary<NetworkPlan> {
  const mode = fc.constantFrom('nat', 'nat', 'nat', 'nat', 'routed', 'nat-unprotected');
  return fc
    .record({
      internal: fc.nat(4).map((n) => n === 0),
      ipv6: fc.boolean(),
      icc: fc.nat(4).map((n) => n > 0),
      masquerade: fc.nat(7).map((n) => n > 0),
      mode4: mode,
      mode6: mode,
      isolated4: fc.nat(3).map((n) => n === 0),
      isolated6: fc.nat(3).map((n) => n === 0),
      inhibit: fc.nat(15).map((n) => n === 0),
      binding: fc.nat(29),
    })
    .map(({ internal, ipv6, icc, masquerade, inhibit, binding, ...modes }) => {
      const options: Record<string, string> = {};
      if (!icc) options['enable_icc'] = 'false';
      if (!masquerade) options['enable_ip_masquerade'] = 'false';
      if (inhibit) options['inhibit_ipv4'] = 'true';
      const bound = BINDINGS[binding];
      if (bound !== undefined) options['host_binding_ipv4'] = bound;
      // `isolated` is for internal networks alone, and all else for the others.
      const mode4 = internal ? (modes.isolated4 ? 'isolated' : 'nat') : modes.mode4;
      const mode6 = internal ? (modes.isolated6 ? 'isolated' : 'nat') : modes.mode6;
      if (major >= 28) {
        if (mode4 !== 'nat') options['gateway_mode_ipv4'] = mode4;
        if (ipv6 && mode6 !== 'nat') options['gateway_mode_ipv6'] = mode6;
      }
      return {
        ...(internal && { internal }),
        ...(ipv6 && { ipv6 }),
        ...(Object.keys(options).length > 0 && { options }),
      };
    });
}
