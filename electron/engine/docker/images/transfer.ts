/** Images on their way: from and to registries, from and to archives. */
import type { ImagesDomain } from '../../domains/images.ts';
import { pathOf, UNHURRIED_MS, type Api } from '../ask.ts';
import { readMessages } from '../messages.ts';
import { authHeader, type Around } from './auth.ts';
import { layerProgress } from './layers.ts';

type Transfer = Pick<ImagesDomain, 'pull' | 'push' | 'save' | 'load'>;

export function createTransfer(api: Api, around: Around): Transfer {
  return {
    pull: async ({ registry, name, tag, digest }, { platform, report, signal }) => {
      const headers = await authHeader(around, registry, { signal, line: report.line });
      const { address, stream } = api();
      const response = await stream('/images/create', {
        method: 'POST',
        query: { fromImage: name, tag: digest || tag, platform },
        headers,
        timeoutMs: UNHURRIED_MS,
        signal,
      });
      await readMessages(response, { address, signal, onMessage: layerProgress(report) });
    },
    push: async ({ registry, name, tag }, { report, signal }) => {
      const headers = await authHeader(around, registry, { signal, line: report.line });
      const { address, stream } = api();
      const response = await stream(`${pathOf('images')}/${name}/push`, {
        method: 'POST',
        query: { tag },
        headers,
        timeoutMs: UNHURRIED_MS,
        signal,
      });
      await readMessages(response, { address, signal, onMessage: layerProgress(report) });
    },
    save: (refs, { signal } = {}) => {
      const names = refs.map((ref) => `names=${encodeURIComponent(ref)}`).join('&');
      return api().stream(`/images/get?${names}`, { timeoutMs: UNHURRIED_MS, signal });
    },
    load: async (archive, { report, signal }) => {
      const { address, stream } = api();
      const response = await stream('/images/load', {
        method: 'POST',
        query: { quiet: false },
        source: archive,
        timeoutMs: UNHURRIED_MS,
        signal,
      });
      const loaded: string[] = [];
      const onProgress = layerProgress(report);
      await readMessages(response, {
        address,
        signal,
        onMessage: (message) => {
          const [, name] = /^Loaded image(?: ID)?: (\S+)/.exec(message.stream) ?? [];
          if (name !== undefined) loaded.push(name);
          onProgress(message);
        },
      });
      return loaded;
    },
  };
}
