import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../testing/cases.ts';
import { editPolicy, parsePolicy } from './file.ts';
import { EMPTY_POLICY, type Policy, type PolicyRule } from './model.ts';
import { formatSelector } from './selector.ts';

const deny = (from: string, to: string): PolicyRule => ({ from, to, action: 'deny' });
const policyOf = (...rules: readonly PolicyRule[]): Policy => ({ ...EMPTY_POLICY, rules });

describe('parsePolicy', () => {
  it.each([
    ['an empty file', ''],
    ['only comments', '# nothing yet\n'],
    ['no rules', 'version: 1\n'],
    ['an empty list', 'version: 1\nposture: open\nrules: []\n'],
    ['a list without items', 'version: 1\nrules:\n'],
  ])('reads %s as the empty policy', (_, text) => {
    expect(parsePolicy(text)).toEqual(EMPTY_POLICY);
  });

  it('reads rules in both styles of YAML, under one way of writing names', () => {
    const text =
      'version: 1\nrules:\n  - { from: shop/web, to: db, action: deny }\n  - from: "container:a"\n    to: lan\n    action: allow\n';
    expect(parsePolicy(text)).toEqual(
      policyOf(deny('shop/web', 'container:db'), { from: 'container:a', to: 'lan', action: 'allow' }),
    );
  });

  it('reads ports, postures and quick isolation', () => {
    const text = [
      'version: 1',
      'posture: guarded',
      'guarded: [network:payments, project:shop, network:payments]',
      'isolated: [shop/db, all]',
      'offline:',
      '  - legacy',
      'rules:',
      '  - { from: shop/api, to: shop/db, ports: [tcp/5433, tcp/5432, udp/53], action: allow }',
      '  - { from: label:tier=edge, to: internet, ports: icmp, action: deny }',
    ].join('\n');
    expect(parsePolicy(text)).toEqual({
      version: 1,
      posture: 'guarded',
      guarded: ['network:payments', 'project:shop'],
      isolated: ['shop/db', 'all'],
      offline: ['container:legacy'],
      rules: [
        { from: 'shop/api', to: 'shop/db', ports: ['tcp/5432-5433', 'udp/53'], action: 'allow' },
        { from: 'label:tier=edge', to: 'internet', ports: ['icmp'], action: 'deny' },
      ],
    });
  });

  it.each([
    ['broken YAML', 'version: 1\nrules: [', /^2:9 /, /./],
    ['a tab', 'version: 1\nrules:\n\t- a\n', /^3:1 /, /./],
    ['a repeated key', 'version: 1\nversion: 1\n', /^2:1 /, /./],
    ['no mapping', '- a\n', /^1:1 The file must be/, /first lines/],
    ['no version', 'rules: []\n', /^1:1 The version is missing/, /version: 1/],
    ['a newer version', 'version: 2\n', /^1:10 /, /newer Bulkhead/],
    [
      'an unknown key',
      'version: 1\nrulez: []\n',
      /^2:1 "rulez" is not a key/,
      /correct it to one of version, posture, guarded, isolated, offline, rules/,
    ],
    ['no list', 'version: 1\nguarded: project:shop\n', /^2:10 "guarded" must be a list/, /network:front/],
    [
      'what cannot be guarded',
      'version: 1\nguarded: [project:shop, web]\n',
      /^2:25 "web" cannot be guarded/,
      /posture/,
    ],
    ['a number in a list', 'version: 1\nisolated: [7]\n', /^2:12 A name must be a text/, /quotes/],
    ['a posture that is none', 'version: 1\nposture: closed\n', /^2:10 /, /posture: guarded/],
    ['rules that are no list', 'version: 1\nrules: { a: 1 }\n', /^2:8 "rules" must be a list/, /- /],
    ['a rule that is a text', 'version: 1\nrules:\n  - web to db\n', /^3:5 A rule must be/, /./],
    [
      'a rule without action',
      'version: 1\nrules:\n  - { from: a, to: b }\n',
      /^3:5 The rule has no "action"/,
      /action: deny/,
    ],
    [
      'an unknown action',
      'version: 1\nrules:\n  - { from: a, to: b, action: drop }\n',
      /^3:31 "drop" is no action/,
      /deny or allow/,
    ],
    [
      'ports',
      'version: 1\nrules:\n  - { from: a, to: b, ports: [tcp/80, tpc/81], action: deny }\n',
      /^3:30 "tpc\/81" names no port/,
      /tcp\/5432/,
    ],
    [
      'a number for a name',
      'version: 1\nrules:\n  - { from: 12, to: b, action: deny }\n',
      /^3:13 "from" must be a text/,
      /quotes/,
    ],
    [
      'a selector that names nothing',
      'version: 1\nrules:\n  - { from: "network:", to: b, action: deny }\n',
      /^3:13 "network:" names no network/,
      /network:NAME/,
    ],
    ['an alias', 'version: 1\nrules:\n  - { from: &a web, to: *a, action: deny }\n', /^3:25 "to" must be a text/, /./],
  ])('refuses %s with line and column', (_, text, message, hint) => {
    expect(() => parsePolicy(text)).toThrowError(
      expect.objectContaining({
        code: 'POLICY_FILE',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });
});

describe('editPolicy', () => {
  const commented = `# The shop's policy, reviewed every spring.
version: 1

posture: open # for now

rules:
  # The web tier never touches the database.
  - { from: shop/web, to: shop/db, action: deny }

  # Old machine; see ticket 42.
  - from: container:legacy # written by hand
    to: shop/db
    action: deny
  - { from: shop/mailer, to: shop/db, action: deny } # last

# The end.
`;

  it('changes nothing when nothing changes', () => {
    expect(editPolicy(commented, parsePolicy(commented))).toBe(commented);
  });

  it('keeps comments, order and style when a rule is added', () => {
    const { rules } = parsePolicy(commented);
    expect(editPolicy(commented, policyOf(...rules, deny('shop/api', 'container:a b: {c}')))).toBe(
      commented.replace(' # last\n', ' # last\n  - { from: shop/api, to: "container:a b: {c}", action: deny }\n'),
    );
  });

  it('keeps the spaces that people put into brackets, or leave out', () => {
    const text = `version: 1
guarded: [network:a, project:b]
isolated: [ shop/web ]
rules:
  - {from: a, to: b, ports: [tcp/80, udp], action: deny}
  - { from: b, to: a, ports: [ icmp ], action: deny }
`;
    const policy = parsePolicy(text);
    const more: PolicyRule = { ...deny('shop/a', 'shop/b'), ports: ['tcp/1'] };
    expect(editPolicy(text, { ...policy, rules: [...policy.rules, more] })).toBe(
      `${text}  - { from: shop/a, to: shop/b, ports: [tcp/1], action: deny }\n`,
    );
  });

  it('takes a removed rule out with its own comment only', () => {
    const [first, , third] = parsePolicy(commented).rules;
    const after = editPolicy(commented, policyOf(...[first, third].flatMap((rule) => rule ?? [])));
    expect(after).toBe(commented.replace(/\n {2}# Old machine[^]*? {4}action: deny\n/, ''));
  });

  it('keeps the comments of names that stay in a list', () => {
    const text = `version: 1
# Everything about money.
guarded:
  - network:payments # reviewed
  - project:shop
isolated: [] # nobody now
rules: []
`;
    const policy = { ...parsePolicy(text), guarded: ['network:payments'], isolated: ['container:legacy'] };
    expect(editPolicy(text, policy)).toBe(
      text.replace('  - project:shop\n', '').replace('isolated: []', 'isolated: [container:legacy]'),
    );
  });

  it('starts a new file that explains itself', () => {
    const text = editPolicy('', policyOf(deny('shop/web', 'shop/db')));
    expect(text).toMatch(
      /^# Bulkhead[^]*\nversion: 1\nposture: open\nrules:\n {2}- \{ from: shop\/web, to: shop\/db, action: deny \}\n$/,
    );
  });

  it('goes to no rules and back', () => {
    const empty = editPolicy(commented, EMPTY_POLICY);
    expect(parsePolicy(empty)).toEqual(EMPTY_POLICY);
    expect(parsePolicy(editPolicy(empty, policyOf(deny('lan', 'container:a'))))).toEqual(
      policyOf(deny('lan', 'container:a')),
    );
    expect(empty).toMatch(/^# The shop's policy/);
  });

  it('does not touch a text it cannot understand', () => {
    expect(() => editPolicy('version: 1\nrulez: []\n', EMPTY_POLICY)).toThrowError(
      expect.objectContaining({ code: 'POLICY_FILE' }),
    );
  });

  it('brings back any policy it wrote, into a new file or over another', () => {
    const name = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' });
    const selector = name.map((text) => formatSelector({ kind: 'container', name: text }));
    const ports = fc.constantFrom(['tcp/80'], ['tcp/1-79', 'udp', 'icmp'], ['icmp']);
    const rule = fc.record<PolicyRule>(
      { from: selector, to: selector, action: fc.constantFrom('deny', 'allow'), ports },
      { requiredKeys: ['from', 'to', 'action'] },
    );
    const group = name.map((text) => formatSelector({ kind: 'network', network: text }));
    const list = fc.uniqueArray(selector, { maxLength: 3 });
    const policy = fc.record<Policy>({
      version: fc.constant(1),
      posture: fc.constantFrom('open', 'guarded'),
      guarded: fc.uniqueArray(group, { maxLength: 3 }),
      isolated: list,
      offline: list,
      rules: fc.array(rule, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(policy, policy, fc.constantFrom('', commented), (first, second, text) => {
        const once = editPolicy(text, first);
        expect(parsePolicy(once)).toEqual(first);
        expect(parsePolicy(editPolicy(once, second))).toEqual(second);
      }),
      { numRuns: cases(100) },
    );
  });
});
