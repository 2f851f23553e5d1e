/** `docs/RULES.md` keeps up with the rules, SPEC.md and what is excused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../shared/reachability/index.ts';
import { createEvidence, renewed, rowsIn, sourcesOf } from './evidence.ts';
import { CASES as FIREWALL_CASES } from './firewall-cases.ts';
import { POLICY_CASES } from './policy-cases.ts';
import { UNTOUCHED } from './untouched.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = readFileSync(join(ROOT, 'docs', 'RULES.md'), 'utf8');
const SPEC = readFileSync(join(ROOT, 'shared', 'reachability', 'SPEC.md'), 'utf8');
const RULES = Object.entries(REASONS);

describe('docs/RULES.md', () => {
  const [, , ...rows] = rowsIn(DOCUMENT);

  it('has one row for each rule, and none besides', () => {
    expect(rows.map(([rule]) => rule)).toEqual(RULES.map(([rule]) => rule));
  });

  it.each(RULES)('says of %s what the rule says, its engines and its source', (rule, sentence) => {
    const [row] = rows.filter(([first]) => first === rule);
    const { engines, source } = sourcesOf(SPEC).get(rule) ?? {};
    expect(row?.slice(1, 4)).toEqual([sentence, engines, source]);
    expect([engines, source]).not.toContain('');
  });

  it('says where or why not of every rule that no engine met', () => {
    const silent = rows.filter((cells) => cells.slice(4, -1).every((count) => count === '–') && cells.at(-1) === '');
    expect(silent.map(([rule]) => rule)).toEqual([]);
  });

  it('is what the generator writes for its counts', () => {
    expect(renewed(DOCUMENT)).toBe(DOCUMENT);
  });
});

describe('the excuses', () => {
  it.each([
    ['policy-truth.test.ts', POLICY_CASES],
    ['firewall.test.ts', FIREWALL_CASES],
  ])('send to %s only rules that a case of it asks for', (suite, cases) => {
    const sent = Object.keys(UNTOUCHED).filter((rule) => UNTOUCHED[rule]?.includes(suite));
    const asked = new Set(cases.flatMap(({ rules }) => rules));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((rule) => !asked.has(rule))).toEqual([]);
  });
});

describe('the evidence', () => {
  it('counts what decided, names what was shown, and says where the rest is proved', () => {
    const evidence = createEvidence();
    evidence.add('28.5', { evidence: new Map([['R101', 2]]), rules: new Set(['R101', 'R601']) });
    evidence.add('28.5', { evidence: new Map([['R101', 3]]), rules: new Set(['R101']) });
    evidence.add('20.10', { evidence: new Map(), rules: new Set() });
    const rows = new Map(rowsIn(evidence.text()).map(([rule = '', ...cells]) => [rule, cells.slice(3)]));
    expect(rows.get('rule')).toEqual(['20.10', '28.5', 'elsewhere']);
    expect(rows.get('R101')).toEqual(['–', '5', '']);
    expect(rows.get('R601')).toEqual(['–', 'shown', '']);
    expect(rows.get('R870')).toEqual(['–', '–', UNTOUCHED['R870']]);
  });

  it('is renewed with its counts, and gives a row to a rule that had none', () => {
    const evidence = createEvidence();
    evidence.add('28.5', { evidence: new Map([['R101', 5]]), rules: new Set(['R601']) });
    const text = evidence.text();
    const stale = text.replace(/^\| R102 .*\n/m, '').replace(REASONS.R101, 'What it said once.');
    expect(stale.length).toBeLessThan(text.length);
    expect(renewed(stale)).toBe(text);
  });

  it('reads engines and source by the titles of each table, and ends a table at its end', () => {
    const found = sourcesOf(`| rule | source | engines |
|---|---|---|
| R101 | m | all |

| R102 | d | < 27 |
`);
    expect(found.get('R101')).toEqual({ engines: 'all', source: 'm' });
    expect(found.get('R102')).toEqual({ engines: '', source: '' });
  });
});
