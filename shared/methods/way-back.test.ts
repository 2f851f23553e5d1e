import { describe, expect, it } from 'vitest';
import type { UndoStep } from '../contract/journal.ts';
import { attach, container, network, topologyOf } from '../policy/test-topology.ts';
import { STEP_LABEL } from '../topology/model.ts';
import { placesOf, planWayBack, type Places } from './way-back.ts';

const db = container('db', { attachments: [attach('front-apart', '172.19.0.2')] });
const api = container('api', { attachments: [attach('front', '172.18.0.3'), attach('front-apart', '172.19.0.3')] });
const web = container('web', { attachments: [attach('front', '172.18.0.2')] });
const networks = [network('front', {}), network('front-apart', {})];
/** web and db were on `front`; db and api have `front-apart` for themselves since. */
const APART: readonly UndoStep[] = [
  { kind: 'connect', network: 'front', container: 'db', settings: {} },
  { kind: 'disconnect', network: 'front-apart', container: 'db' },
  { kind: 'disconnect', network: 'front-apart', container: 'api' },
  { kind: 'remove-network', network: 'front-apart' },
];

const told = (steps: readonly UndoStep[], places: Places) => {
  const way = planWayBack(steps, places);
  return {
    steps: way.told.map(({ kind, params }) => [kind, params['name'] ?? params['network'] ?? ''].join(' ')),
    notes: way.notes.map(({ rule, params }) => [rule, ...Object.values(params)].join(' ')),
    places: way.places,
  };
};

describe('the way back', () => {
  it('is whole where nothing came after', () => {
    const places = placesOf(topologyOf([web, api, db], networks));
    const way = planWayBack(APART, places);
    expect(way.steps).toEqual(APART);
    expect(way.notes).toEqual([]);
    expect(way.told.map(({ text }) => text)).toEqual([
      'Connect db to front.',
      'Disconnect db from front-apart.',
      'Disconnect api from front-apart.',
      'Remove the network front-apart.',
    ]);
    expect(way.places.networks.get('front')?.members).toEqual(new Set(['web', 'api', 'db']));
    expect(way.places.networks.has('front-apart')).toBe(false);
  });

  it.each<[string, Parameters<typeof topologyOf>, readonly string[], readonly string[]]>([
    [
      'does the rest where a container is gone, and says so once',
      [[web, api], networks],
      ['network-disconnect api', 'network-remove front-apart'],
      ['T21 db'],
    ],
    [
      'says that a network is gone',
      [[web, api, db], [network('front-apart', {})]],
      ['network-disconnect db', 'network-disconnect api', 'network-remove front-apart'],
      ['T22 db front'],
    ],
    [
      'leaves a network that others have joined, and names them',
      [[web, api, db, container('new', { attachments: [attach('front-apart', '172.19.0.9')] })], networks],
      ['network-connect db', 'network-disconnect db', 'network-disconnect api'],
      ['T23 front-apart new'],
    ],
    [
      'does nothing twice: who is back already, and a network that is gone already',
      [
        [web, container('db', { attachments: [attach('front', '172.18.0.4')] }), container('api', {})],
        [network('front', {})],
      ],
      [],
      [],
    ],
  ])('%s', (_name, topology, steps, notes) => {
    expect(told(APART, placesOf(topologyOf(...topology)))).toMatchObject({ steps, notes });
  });

  it('starts an older one from where the newer one leads', () => {
    // db went from `front` to `front-apart`, then from there to `front-apart-2`.
    const newer: readonly UndoStep[] = [
      { kind: 'connect', network: 'front-apart', container: 'db', settings: {} },
      { kind: 'disconnect', network: 'front-apart-2', container: 'db' },
      { kind: 'remove-network', network: 'front-apart-2' },
    ];
    const now = topologyOf(
      [web, api, container('db', { attachments: [attach('front-apart-2', '172.20.0.2')] })],
      [...networks, network('front-apart-2', {})],
    );
    const first = planWayBack(newer, placesOf(now));
    expect(first.steps).toEqual(newer);
    expect(planWayBack(APART, first.places).steps, 'db is on front-apart by then').toEqual(APART);
  });

  const relink = (...texts: string[]): readonly UndoStep[] => [
    { kind: 'relink', container: 'web', links: texts.map((text) => ({ network: '', text })) },
  ];
  it.each<[string, readonly UndoStep[], readonly string[], readonly string[]]>([
    ['gives links back', relink('db:store', 'api:api'), ['relink web'], []],
    ['not one that is there again', relink('db:data'), [], []],
    ['not to a container that is gone', relink('db:store', 'cache:c'), ['relink web'], ['T24 web cache']],
    ['not at all where all are gone', relink('cache:c'), [], ['T24 web cache']],
    ['to one that is named by its id', relink('abcdef12:store'), ['relink web'], []],
    ['not where the container is gone', [{ kind: 'relink', container: 'old', links: [] }], [], ['T21 old']],
    [
      'gives a power back',
      [
        {
          kind: 'as-was',
          container: 'web',
          what: '--privileged',
          former: { config: {}, host: { Privileged: true }, items: [] },
        },
      ],
      ['as-was web'],
      [],
    ],
  ])('%s', (_name, steps, expected, notes) => {
    const linked = container('web', { links: [{ targetName: 'db', alias: 'data' }] });
    const other = { ...container('other', {}), id: 'abcdef1234567890' };
    const places = placesOf(topologyOf([linked, api, db, other], networks));
    expect(told(steps, places)).toMatchObject({ steps: expected, notes });
  });

  it('frees the network that a container had for itself while it was out of the machine’s', () => {
    const own = network('agent-own', {});
    const agent = container('agent', { attachments: [attach('agent-own', '172.21.0.2')] });
    const steps: readonly UndoStep[] = [
      {
        kind: 'as-was',
        container: 'agent',
        what: '--network host',
        former: { config: {}, host: { NetworkMode: 'host' }, items: [] },
      },
      { kind: 'remove-network', network: 'agent-own' },
    ];
    expect(planWayBack(steps, placesOf(topologyOf([agent], [own])))).toMatchObject({ steps, notes: [] });
  });

  it('finds a network by what was kept before it was made, and no other of its name', () => {
    const kept: readonly UndoStep[] = [{ kind: 'remove-network', network: 'front-apart', token: 'ours' }];
    const named = (token: string) => ({ ...network('id-1', { labels: { [STEP_LABEL]: token } }), name: 'front-apart' });
    const back = (...there: Parameters<typeof topologyOf>[1]) =>
      planWayBack(kept, placesOf(topologyOf([], there))).steps;
    expect(back(named('ours'))).toEqual([{ kind: 'remove-network', network: 'id-1' }]);
    expect(back(named('theirs'))).toEqual([]);
    expect(back({ ...network('id-1'), name: 'front-apart' })).toEqual([]);
    expect(back()).toEqual([]);
  });

  describe('where a container was making way for another', () => {
    const way = (made: string): UndoStep => ({
      kind: 'restore',
      container: 'web',
      id: 'id-web',
      aside: 'web-before-1',
      interim: 'web-after-1',
      made,
      ran: true,
    });
    /** As the journal has it: the last word first. */
    const kept: readonly UndoStep[] = [
      way('id-other'),
      way(''),
      { kind: 'relink', container: 'web', links: [{ network: '', text: 'db:store' }] },
    ];
    const links = [{ targetName: 'db', alias: 'store' }];
    const first = (name: string, state: 'running' | 'exited') => ({
      ...container(name, { state, links, attachments: [attach('front', null)] }),
      id: 'id-web',
    });
    const other = (name: string, state: 'created' | 'running', id = 'id-other') => ({
      ...container(name, { state }),
      id,
    });

    it.each<[string, Parameters<typeof topologyOf>[0], readonly string[], readonly string[]]>([
      ['does nothing where it did not come so far', [first('web', 'running')], [], []],
      ['starts it where it was stopped', [first('web', 'exited')], ['restore-start web'], []],
      ['gives it its name back', [first('web-before-1', 'exited')], ['restore web'], []],
      [
        'in place of half another',
        [first('web-before-1', 'exited'), other('web-after-1', 'created')],
        ['restore web'],
        [],
      ],
      [
        'in place of one that never ran',
        [first('web-before-1', 'exited'), other('web', 'created')],
        ['restore web'],
        [],
      ],
      [
        'takes it away where the other has run, and then goes back',
        [first('web-before-1', 'exited'), other('web', 'running')],
        ['restore-end web', 'relink web'],
        [],
      ],
      [
        'leaves it where the name is somebody else’s',
        [first('web-before-1', 'exited'), { ...other('web', 'running', 'id-theirs'), links }],
        [],
        ['T28 web web-before-1'],
      ],
      ['leaves it where somebody has called it otherwise', [first('old-web', 'exited')], [], ['T21 web']],
      ['goes back as ever where all was done', [other('web', 'running')], ['relink web'], []],
    ])('%s', (_name, containers, steps, notes) => {
      const places = placesOf(topologyOf([...containers, db], networks));
      expect(told(kept, places)).toMatchObject({ steps, notes });
    });

    it('goes on from where that leads', () => {
      const { places } = planWayBack(kept, placesOf(topologyOf([first('web-before-1', 'exited'), db], networks)));
      expect(places.networks.get('front')?.members).toEqual(new Set(['web']));
      expect([...places.links.keys()].sort()).toEqual(['db', 'web']);
    });
  });

  it('asks for those links alone that can be given back', () => {
    const way = planWayBack(relink('db:store', 'cache:c'), placesOf(topologyOf([web, db], networks)));
    expect(way.steps).toEqual(relink('db:store'));
  });
});
