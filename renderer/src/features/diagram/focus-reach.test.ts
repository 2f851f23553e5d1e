import { describe, expect, it } from 'vitest';
import { deny, sketch } from '../../../../shared/reachability/fixtures.ts';
import { diagramOf } from '../../../../shared/diagram/test-topologies.ts';
import type { Folded } from '../../../../shared/diagram/collapse.ts';
import type { DiagramScope } from '../../../../shared/diagram/model.ts';
import type { Verdict } from '../../../../shared/reachability/model.ts';
import { endpoint, frameOf, zone } from '../matrix/test-frame.ts';
import { focusReach, keysById, NO_PATH, type FocusReach } from './focus-reach.ts';

const NOTHING: Folded = { projects: new Set(), networks: new Set() };
const MID: Folded = { projects: new Set(['mid']), networks: new Set() };

// a → m → b by the network; n and its project's others are out of reach; whoever rules the engine gets to all.
const NAMES = ['a', 'b', 'm', 'n', 'agent'];
const PASSING = new Set(['a>m', 'm>b', 'm>n']);
const TOPOLOGY = sketch({
  containers: {
    a: 'one',
    b: 'two',
    m: { on: 'one two', project: 'mid' },
    n: { on: 'two', project: 'mid' },
    agent: { on: 'three', mounts: ['/var/run/docker.sock:/var/run/docker.sock'] },
  },
});
const idOf = (name: string): string => TOPOLOGY.endpoints.find((one) => one.name === name)?.id ?? '';

function focusOn(
  name: string,
  { scope = {}, folded = NOTHING, passing = PASSING }: { scope?: DiagramScope; folded?: Folded; passing?: Set<string> },
): FocusReach | null {
  const view = diagramOf({ topology: TOPOLOGY, denials: [deny('a', 'b')], scope });
  const endpoints = [...NAMES.map((one) => endpoint(one, { id: idOf(one) })), zone('internet')];
  const verdicts = endpoints.flatMap((from) =>
    endpoints.map(({ name: to }): Verdict => (passing.has(`${from.name}>${to}`) ? 'open' : 'blocked')),
  );
  return focusReach({
    frame: frameOf({ endpoints, verdicts }),
    keys: keysById(view.nodes, folded),
    masters: new Set(view.masters),
    focus: idOf(name),
  });
}

const said = (reach: FocusReach | null, key: string): object => {
  const { steps, keys } = reach?.pathTo(key) ?? NO_PATH;
  return { steps: steps.map(({ name }) => name), keys };
};

describe('the reach of one in focus', () => {
  it('names every hop, whether it is drawn, folded or filtered away', () => {
    const steps = ['a', 'm', 'b'];
    expect(said(focusOn('a', {}), 'container:b')).toEqual({
      steps,
      keys: ['container:a', 'container:m', 'container:b'],
    });
    expect(said(focusOn('a', { folded: MID }), 'container:b')).toEqual({
      steps,
      keys: ['container:a', 'project:mid', 'container:b'],
    });
    expect(said(focusOn('a', { scope: { ids: [idOf('a'), idOf('b')] } }), 'container:b')).toEqual({
      steps,
      keys: ['container:a', null, 'container:b'],
    });
  });

  it('gives what is folded the hops of the nearest in it, and the way to that one', () => {
    const reach = focusOn('a', { folded: MID });
    expect(Object.fromEntries(reach?.hops ?? [])).toEqual({ 'container:a': 0, 'project:mid': 1, 'container:b': 2 });
    expect(said(reach, 'project:mid')).toEqual({ steps: ['a', 'm'], keys: ['container:a', 'project:mid'] });
    expect([reach?.count, reach?.most]).toEqual([3, 2]);
  });

  it('takes the nearest of a fold, whichever comes first in the matrix', () => {
    const passing = new Set(['a>n', 'n>m']);
    expect(said(focusOn('a', { folded: MID, passing }), 'project:mid')).toEqual({
      steps: ['a', 'n'],
      keys: ['container:a', 'project:mid'],
    });
  });

  it('goes on where the one in focus is folded itself', () => {
    const reach = focusOn('m', { folded: MID });
    expect(reach?.focus.name).toBe('m');
    expect(Object.fromEntries(reach?.hops ?? [])).toEqual({ 'project:mid': 0, 'container:b': 1 });
  });

  it('knows who rules the engine where that one is not drawn', () => {
    const passing = new Set(['a>agent']);
    const reach = focusOn('a', { scope: { ids: [idOf('a'), idOf('b')] }, passing });
    expect(said(reach, 'container:b')).toEqual({
      steps: ['a', 'agent', 'b'],
      keys: ['container:a', null, 'container:b'],
    });
    expect(reach?.pathTo('container:b').byControl).toBe(true);
  });

  it('is none of who has gone', () => {
    expect(focusOn('nobody', {})).toBeNull();
    expect(focusOn('a', {})?.pathTo('container:agent')).toEqual(NO_PATH);
  });
});
