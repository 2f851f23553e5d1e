/** Images that go, and what keeps them. */
import type { ImageView } from '../../../../shared/contract/images.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import { RefusalError } from '../../connection/index.ts';
import type { ImagesDomain } from '../../domains/images.ts';
import { pathOf, tell, type Api } from '../ask.ts';

type Removing = Pick<ImagesDomain, 'tag' | 'remove' | 'prunePreview'>;

/** So many users are named. */
const USERS_NAMED = 5;

export function createRemoving(api: Api, { list, usage }: Pick<ImagesDomain, 'list' | 'usage'>): Removing {
  return {
    tag: (ref, { name, tag }) =>
      tell(api, pathOf('images', ref, 'tag'), { method: 'POST', query: { repo: name, tag: tag || undefined } }),
    remove: async (ref, { force, signal }) => {
      try {
        await tell(api, pathOf('images', ref), { method: 'DELETE', query: { force }, signal });
      } catch (thrown) {
        if (!(thrown instanceof RefusalError) || thrown.status !== 409) throw thrown;
        const images = await list({ signal }).catch(() => []);
        throw explained(
          thrown,
          images.find(({ id, tags }) => id === ref || tags.includes(ref)),
        );
      }
    },
    prunePreview: async ({ all, without, signal }) => {
      const [images, sizes] = await Promise.all([list({ signal }), usage({ signal }).catch(() => [])]);
      const unique = new Map(sizes.map((one) => [one.id, one.unique]));
      const items = images
        .filter(({ users, tags }) => users.every(({ id }) => without?.has(id)) && (all || tags.length === 0))
        .map(({ id, tags, digests }) => ({
          id,
          name: tags.join(', ') || digests[0]?.split('@')[0] || id.replace('sha256:', '').slice(0, 12),
          size: unique.get(id) ?? null,
        }));
      return { items, bytes: items.reduce((sum, { size }) => sum + (size ?? 0), 0) };
    },
  };
}

/** The engine names a container by its id alone. */
function explained(refused: RefusalError, image: ImageView | undefined): BulkheadError {
  const names = image?.users.map(({ name }) => name) ?? [];
  if (names.length === 0) return refused;
  const more = names.length > USERS_NAMED ? ` and ${names.length - USERS_NAMED} more` : '';
  const used = names.slice(0, USERS_NAMED).join(', ') + more;
  return new BulkheadError(
    { code: refused.code, message: refused.message, hint: `Used by ${used}: remove what is made from it first.` },
    { cause: refused },
  );
}
