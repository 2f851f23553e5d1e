import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editPolicy, parsePolicy } from './file.ts';
import { EMPTY_POLICY } from './model.ts';
import { policySchemaText } from './schema.ts';
import { parseSelector } from './selector.ts';
import { cases } from '../testing/cases.ts';

const PUBLISHED = join(import.meta.dirname, '..', '..', 'docs', 'schemas', 'policy.v1.json');
const accepts = new Ajv({ allErrors: true }).compile(JSON.parse(policySchemaText()) as object);

/** What the schema takes, and what the parser does. */
const both = (text: string): { schema: boolean; parser: boolean } => {
  let parser = true;
  try {
    parsePolicy(text);
  } catch {
    parser = false;
  }
  return { schema: accepts(parse(text)), parser };
};
const rule = (fields: string): string => `version: 1\nrules:\n  - { ${fields} }\n`;

describe('the schema of the policy file', () => {
  it('is published as it is (else: npm run schemas)', async () => {
    expect(await readFile(PUBLISHED, 'utf8')).toBe(policySchemaText());
  });

  it.each([
    'version: 1',
    'version: 1\nposture: guarded\nguarded: [network:a b, project:shop]\nisolated: [all]\noffline: [shop/web]\nrules: []',
    'version: 1\nguarded:\nrules:\n',
    rule('from: shop/web, to: label:a=b/c, action: deny'),
    rule('from: shop/web, to: internet, action: allow, ports: [tcp/80, UDP/5-6, icmp]'),
    rule('from: "container:a/b/c", to: "a:b", action: deny, ports: tcp'),
    rule('from: "🐳", to: "عربي", action: deny'),
    editPolicy('', EMPTY_POLICY),
  ])('takes what the parser takes: %s', (text) => {
    expect(both(text)).toEqual({ schema: true, parser: true });
  });

  it.each([
    'version: 2',
    'rules: []',
    '- a',
    'version: 1\nrulez: []',
    'version: 1\nposture: closed',
    'version: 1\nguarded: [web]',
    'version: 1\nisolated: [7]',
    'version: 1\nisolated: web',
    rule('from: a, to: b'),
    rule('from: a, to: b, action: drop'),
    rule('from: 12, to: b, action: deny'),
    rule('from: a, to: b, action: deny, ports: []'),
    rule('from: a, to: b, action: deny, ports: [tpc/80]'),
    rule('from: a, to: b, action: deny, port: tcp/80'),
    rule('from: "network:", to: b, action: deny'),
    rule('from: "label:=x", to: b, action: deny'),
    rule('from: "a/b/c", to: b, action: deny'),
    rule('from: "/b", to: b, action: deny'),
    rule('from: " ", to: b, action: deny'),
  ])('refuses what the parser refuses: %s', (text) => {
    expect(both(text)).toEqual({ schema: false, parser: false });
  });

  it('leaves to the parser what it cannot say', () => {
    expect(both(rule('from: a, to: b, action: deny, ports: [tcp/70000]'))).toEqual({ schema: true, parser: false });
    expect(both(rule('from: a, to: b, action: deny, ports: [tcp/9-1]'))).toEqual({ schema: true, parser: false });
  });

  it('knows the same names as the parser, whatever they hold', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'container',
        'network:',
        'label:',
        ':',
        '/',
        '=',
        ' ',
        '\n',
        'a',
        '*',
        '#',
        '\u00a0',
        '\u2028',
        '🐳',
      ),
      fc.string({ maxLength: 4, unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const name = pieces.join('');
        let parser = true;
        try {
          parseSelector(name);
        } catch {
          parser = false;
        }
        expect(accepts({ version: 1, rules: [{ from: name, to: 'a', action: 'deny' }] })).toBe(parser);
      }),
      { numRuns: cases(500) },
    );
  });
});
