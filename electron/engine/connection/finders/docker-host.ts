/** What `DOCKER_HOST` says, whether something is there or not: it was set on purpose. */
import { BulkheadError } from '../../../../shared/errors.ts';
import { formatAddress, parseDockerHost } from '../address.ts';
import type { Finder } from './finder.ts';

export const dockerHost: Finder = {
  source: 'DOCKER_HOST',
  find: ({ env }) => {
    const text = env['DOCKER_HOST'] ?? '';
    return Promise.resolve(text === '' ? [] : [canonical(text)]);
  },
};

/** As it stands when it makes no sense: trying it then says why. */
function canonical(text: string): string {
  try {
    return formatAddress(parseDockerHost(text));
  } catch (thrown) {
    if (thrown instanceof BulkheadError) return text;
    throw thrown;
  }
}
