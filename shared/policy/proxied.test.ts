import { describe, expect, it } from 'vitest';
import { sketch } from '../reachability/fixtures.ts';
import type { EngineFacts } from '../topology/model.ts';
import { EMPTY_POLICY, type Policy, type PolicyChange } from './model.ts';
import { planChange } from './plan.ts';

const drawn = (engine: Partial<EngineFacts> = {}): ReturnType<typeof sketch> =>
  sketch({
    engine,
    containers: { web: 'front', api: 'front', db: { on: 'back', publish: ['8080:80', '8081:81'] }, quiet: 'back' },
  });
const allowed = (from: string, to = 'db', ports: readonly string[] = ['tcp/80']): Policy['rules'][number] => ({
  from,
  to: `container:${to}`,
  action: 'allow',
  ports,
});
const said = (rules: Policy['rules'], change: PolicyChange, more: Partial<Policy> = {}, engine = {}): string[] =>
  planChange({ ...EMPTY_POLICY, ...more, rules }, drawn(engine), change)
    .obstacles.filter(({ rule }) => rule === 'W10')
    .map(({ params }) => `${params['from']} → ${params['name']} ${params['ports']}`);

const guard: PolicyChange = { action: 'guard', name: 'network:back' };
const allow = (from: string): PolicyChange => ({ action: 'allow', from, to: 'db', ports: ['tcp/80'] });
const guarded = { guarded: ['network:back'] };

describe('what docker-proxy leaves shut of what rules allow (W10)', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a guarded network', said([allowed('container:web')], guard), ['web → db tcp/8080']],
    ['several callers', said([allowed('network:front')], guard), ['api, web → db tcp/8080']],
    ['nothing but the allowed ports', said([allowed('lan', 'db', ['tcp/81'])], guard), ['lan → db tcp/8081']],
    ['an allow in a guarded network', said([], allow('web'), guarded), ['web → db tcp/8080']],
    ['an allow that was there already', said([allowed('container:web')], allow('web'), guarded), ['web → db tcp/8080']],
    [
      'a block of the machine',
      said([allowed('container:web')], { action: 'block', from: 'host', to: 'db' }),
      ['web → db tcp/8080, tcp/8081'],
    ],
  ])('is told of %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ['the machine may call too', said([allowed('container:web'), allowed('host')], guard)],
    ['no rule allows anything', said([], guard)],
    ['there is no docker-proxy', said([allowed('container:web')], guard, {}, { userlandProxy: false })],
    ['the engine redirects (29)', said([allowed('container:web')], guard, {}, { version: '29.0.0' })],
    ['nothing is published', said([allowed('container:web', 'quiet')], guard)],
    [
      'it was so before, and the change is about others',
      said([allowed('container:web')], allow('api'), guarded).filter((line) => line.startsWith('web')),
    ],
    ['everything is isolated anyway', said([allowed('container:web')], { action: 'isolate', name: 'db' })],
  ])('is not told where %s', (_, found) => {
    expect(found).toEqual([]);
  });
});
