/** Containers that are made: run, made after another, made anew in another's place, made into an image. */
import { BulkheadError } from '../../../../shared/errors.ts';
import type { RunSpec } from '../../../../shared/containers/run-spec.ts';
import type { ContainersDomain } from '../../domains/containers.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, PATIENCE_MS, tell, type Api } from '../ask.ts';
import { creationOf, type Creation, type Inspected } from '../creation.ts';
import { imageNameOf, makeFrom, replaceContainer } from '../replace.ts';
import { creationFor, specOf } from './spec.ts';

type Making = Pick<ContainersDomain, 'create' | 'replace' | 'commit' | 'rename'>;

export function createMaking(api: Api): Making {
  const inspect = async (ref: string): Promise<Inspected> =>
    objectOf(await api().request(pathOf('containers', ref, 'json')));

  /** The request for a container by that spec, and for the rest after that one. */
  const after = async (found: Inspected, wanted: RunSpec): Promise<Creation> => {
    const image = await api()
      .request(pathOf('images', textOf(found['Image']), 'json'))
      .then(objectOf, () => null);
    const own = specOf(found, image);
    const creation = creationOf(found, {
      image: wanted.image === own.image ? await imageNameOf(api, found) : wanted.image,
      edit: (links) => links,
      links: [],
    });
    return creationFor(wanted, { spec: own, creation });
  };

  return {
    create: async (spec, { like, signal } = {}) => {
      const creation =
        like === undefined ? creationFor(spec) : withoutOwnVolumes(await after(await inspect(like), spec));
      return makeFrom(api, spec.name, creation, signal);
    },
    replace: async (ref, spec, { signal, keep }) => {
      const found = await inspect(ref);
      if (objectOf(found['HostConfig'])['AutoRemove'] === true) {
        throw new BulkheadError({
          code: 'ENGINE_REFUSED',
          message: 'The engine removes this container as soon as it stops: there would be no way back.',
          hint: 'Duplicate it under another name instead.',
        });
      }
      return replaceContainer(api, found, { name: spec.name, creation: await after(found, spec), signal, keep });
    },
    rename: (ref, name) => tell(api, pathOf('containers', ref, 'rename'), { method: 'POST', query: { name } }),
    commit: async (ref, { image, comment, pause, signal }) => {
      const [repo, tag] = splitTag(image);
      const made = await api().request('/commit', {
        method: 'POST',
        query: { container: ref, repo, tag, comment, pause },
        body: {},
        timeoutMs: PATIENCE_MS,
        signal,
      });
      return textOf(objectOf(made)['Id']);
    },
  };
}

/** `registry:5000/name:tag`: only what follows the last slash can be a tag. */
function splitTag(image: string): readonly [repo: string, tag: string | undefined] {
  const colon = image.indexOf(':', image.lastIndexOf('/') + 1);
  return colon < 0 ? [image, undefined] : [image.slice(0, colon), image.slice(colon + 1)];
}

const ANONYMOUS = /^[0-9a-f]{64}:/;

/** One that is made beside the other gets anonymous volumes of its own. */
function withoutOwnVolumes(creation: Creation): Creation {
  const host = objectOf(creation.body['HostConfig']);
  const binds = Array.isArray(host['Binds']) ? host['Binds'].map(String) : [];
  return {
    ...creation,
    body: { ...creation.body, HostConfig: { ...host, Binds: binds.filter((line) => !ANONYMOUS.test(line)) } },
  };
}
