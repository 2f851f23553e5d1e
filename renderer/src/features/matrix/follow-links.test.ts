import { expect, test } from 'vitest';
import { parseRoute } from '../../lib/route.ts';
import { createAppStore } from '../../lib/store.ts';
import { followMatrixLinks } from './follow-links.ts';
import { endpoint, frameOf } from './test-frame.ts';

const frame = frameOf({ endpoints: [endpoint('web'), endpoint('db')] });
const route = (hash: string) => parseRoute(hash)!;

test('a link to a cell waits for the matrix, opens the cell once, and leaves the user alone after that', () => {
  const store = createAppStore();
  const stop = followMatrixLinks(store);
  store.setState({ route: route('#/matrix/web/db') });
  expect(store.getState().selection).toBeNull();
  store.setState({ frame });
  expect(store.getState().selection).toMatchObject({ fromName: 'web', toName: 'db' });
  store.setState({ selection: null });
  store.setState({ frame: { ...frame } });
  expect(store.getState().selection).toBeNull();
  store.setState({ route: route('#/matrix/db/web') });
  expect(store.getState().selection).toMatchObject({ fromName: 'db', toName: 'web' });
  stop();
});

test.each(['#/matrix', '#/matrix/web', '#/matrix/web/nobody', '#/containers/web/db'])('%s opens none', (hash) => {
  const store = createAppStore();
  const stop = followMatrixLinks(store);
  store.setState({ frame, route: route(hash) });
  expect(store.getState().selection).toBeNull();
  stop();
});
