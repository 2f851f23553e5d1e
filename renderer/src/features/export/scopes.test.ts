import { describe, expect, it } from 'vitest';
import { endpoint, frameOf, zone } from '../matrix/test-frame.ts';
import { composeChoices, onScreen, scopeChoices, shownScope } from './scopes.ts';

const FRAME = frameOf({
  endpoints: [
    endpoint('shop-web-1', { project: 'shop', networks: ['app'] }),
    endpoint('shop-db-1', { project: 'shop', networks: ['app'] }),
    endpoint('tool'),
    zone('internet'),
  ],
});

describe('what the screen shows, as a scope', () => {
  it.each([
    { network: '', query: '', scope: null },
    { network: '', query: ' web ', scope: { filter: 'web' } },
    { network: 'app', query: 'web', scope: { network: 'app', filter: 'web' } },
    { network: '', query: 'web > db', scope: { ids: ['id-shop-web-1', 'id-shop-db-1'] } },
    { network: 'app', query: 'web → internet', scope: { network: 'app', ids: ['id-shop-web-1', 'internet'] } },
    { network: '', query: 'nobody > nothing', scope: { ids: [] } },
    { network: '', query: 'web >', scope: null },
    { network: '', query: ' > ', scope: null },
  ])('“$query” on “$network”', ({ network, query, scope }) => {
    expect(shownScope(FRAME, { network, query })).toEqual(scope);
  });

  it('is the first choice of an export, for a query for pairs too', () => {
    const shown = onScreen(shownScope(FRAME, { network: '', query: 'web > db' }), {});
    const [first] = scopeChoices(FRAME, shown);
    expect(first).toMatchObject({ kind: 'shown', scope: { ids: ['id-shop-web-1', 'id-shop-db-1'] } });
  });
});

describe('an override of Compose', () => {
  it('is offered for projects that Compose has made alone', () => {
    const frame = frameOf({
      endpoints: [
        endpoint('shop-web-1', { project: 'shop', service: 'web', networks: ['app'] }),
        endpoint('stack_web.1.x', { project: 'stack', networks: ['app'] }),
        endpoint('stack_web', { project: 'stack', service: 'web', kind: 'service', networks: ['app'] }),
        endpoint('tool'),
      ],
    });
    const choices = scopeChoices(frame, null);
    expect(choices.map(({ value }) => value)).toEqual(['everything', 'project shop', 'project stack']);
    expect(composeChoices(frame, choices).map(({ value }) => value)).toEqual(['project shop']);
  });
});
