import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, isNoDifference, isSameTouched, reverse, standing, touchedBy } from './difference.ts';
import { EMPTY_POLICY, type Policy, type PolicyRule } from './model.ts';

const rule = (from: string, to: string, action: PolicyRule['action'] = 'deny', ports?: string[]): PolicyRule => ({
  from,
  to,
  action,
  ...(ports ? { ports } : {}),
});
const policy = (some: Partial<Policy>): Policy => ({ ...EMPTY_POLICY, ...some });

const name = fc.constantFrom('a', 'b', 'c', 'shop/web');
const anyRule = fc
  .record({
    from: name,
    to: name,
    action: fc.constantFrom('deny' as const, 'allow' as const),
    ports: fc.option(fc.constantFrom(['tcp/80'], ['udp/53', 'icmp']), { nil: undefined }),
  })
  .map(({ ports, ...rest }): PolicyRule => (ports ? { ...rest, ports } : rest));
const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant(1 as const),
  posture: fc.constantFrom('open' as const, 'guarded' as const),
  guarded: fc.uniqueArray(fc.constantFrom('network:n', 'project:p', 'project:q')),
  isolated: fc.uniqueArray(name),
  offline: fc.uniqueArray(name),
  rules: fc.array(anyRule, { maxLength: 8 }),
});
/** A policy and one made of it by taking some rules away and adding some, as a change does. */
const anyChange = fc
  .tuple(anyPolicy, anyPolicy, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
  .map(([before, other, kept]) => ({
    before,
    after: { ...other, rules: [...before.rules.filter((_, at) => kept[at]), ...other.rules] },
  }));

const sorted = ({ rules, guarded, isolated, offline, ...rest }: Policy): unknown => ({
  ...rest,
  rules: rules.map((one) => JSON.stringify([one.from, one.to, one.action, one.ports])).sort(),
  lists: [guarded, isolated, offline].map((list) => [...list].sort()),
});

describe('a difference', () => {
  it('taken back from what it made gives what was (U3)', () => {
    fc.assert(
      fc.property(anyChange, ({ before, after }) => {
        const back = reverse(after, differenceOf(before, after));
        expect('policy' in back && sorted(back.policy)).toEqual(sorted(before));
      }),
    );
  });

  it('puts rules and names back in their old places', () => {
    const before = policy({ rules: [rule('a', 'b'), rule('c', 'd'), rule('e', 'f')], isolated: ['a', 'b', 'c'] });
    const after = policy({ rules: [rule('a', 'b'), rule('e', 'f'), rule('c', 'd', 'allow')], isolated: ['a', 'c'] });
    expect(reverse(after, differenceOf(before, after))).toEqual({ policy: before });
  });

  it('is nothing where only the order changed (U1)', () => {
    const one = policy({ rules: [rule('a', 'b'), rule('c', 'd')] });
    const other = policy({ rules: [rule('c', 'd'), rule('a', 'b')] });
    expect(isNoDifference(differenceOf(one, other))).toBe(true);
    expect(isNoDifference(differenceOf(one, policy({ rules: [rule('a', 'b')] })))).toBe(false);
  });

  it('leaves alone what came later beside it (U3)', () => {
    const difference = differenceOf(EMPTY_POLICY, policy({ rules: [rule('a', 'b')] }));
    const later = policy({ rules: [rule('c', 'd'), rule('a', 'b')], offline: ['a'] });
    expect(reverse(later, difference)).toEqual({ policy: policy({ rules: [rule('c', 'd')], offline: ['a'] }) });
  });

  it.each([
    { what: 'its rule was removed', now: {}, conflicts: [{ kind: 'rules', from: 'a', to: 'b' }] },
    {
      what: 'an exception was added',
      now: { rules: [rule('a', 'b'), rule('a', 'b', 'allow', ['tcp/80'])], isolated: ['x'] },
      conflicts: [{ kind: 'rules', from: 'a', to: 'b' }],
    },
    {
      what: 'the name was released',
      now: { rules: [rule('a', 'b')] },
      conflicts: [{ kind: 'isolated', name: 'x' }],
    },
    {
      what: 'the posture was changed back',
      now: { rules: [rule('a', 'b')], isolated: ['x'], posture: 'open' as const },
      conflicts: [{ kind: 'posture' }],
    },
  ])('is not taken back where $what since (U4)', ({ now, conflicts }) => {
    const made = policy({ rules: [rule('a', 'b')], isolated: ['x'], posture: 'guarded' });
    const difference = differenceOf(EMPTY_POLICY, made);
    const found = reverse({ ...policy({ posture: 'guarded' }), isolated: [], ...now }, difference);
    expect('conflicts' in found && found.conflicts).toEqual(expect.arrayContaining(conflicts));
  });

  it('tells the old policy from the new, and from one that is neither (U2)', () => {
    const before = policy({ rules: [rule('a', 'b')] });
    const after = policy({ rules: [rule('a', 'b', 'allow')] });
    const difference = differenceOf(before, after);
    expect([before, after, EMPTY_POLICY].map((one) => standing(one, difference))).toEqual([
      'before',
      'after',
      'neither',
    ]);
  });

  it('has in common with another what both are about', () => {
    const one = touchedBy(differenceOf(EMPTY_POLICY, policy({ rules: [rule('a', 'b')], isolated: ['a'] })));
    const other = touchedBy(differenceOf(EMPTY_POLICY, policy({ rules: [rule('b', 'a')], isolated: ['a'] })));
    expect(one.filter((each) => other.some((its) => isSameTouched(each, its)))).toEqual([
      { kind: 'isolated', name: 'a' },
    ]);
  });
});
