import { describe, expect, test } from 'vitest';
import type { CellView } from '../../../../shared/contract/schemas.ts';
import { endpoint, zone } from '../matrix/test-frame.ts';
import { methodsFor } from './methods.ts';

const link: CellView['channels'][number] = {
  layer: 'name',
  kind: 'link',
  via: '',
  address: '',
  verdict: 'open',
  rules: ['R610'],
};
const web = endpoint('web', { networks: ['front'] });

describe('methods besides the firewall', () => {
  test.each([
    ['two on one network', endpoint('db', { networks: ['front'] }), [], [null, 'no-link']],
    ['two on no common network', endpoint('db', { networks: ['back'] }), [], ['apart', 'no-link']],
    ['two with a link', endpoint('db', { networks: ['front'] }), [link], [null, null]],
    ['a zone', zone('internet'), [], ['sides', 'sides']],
  ] as const)('%s', (_, to, channels, expected) => {
    expect(methodsFor(web, to, [...channels]).map(({ not }) => not)).toEqual(expected);
  });
});
