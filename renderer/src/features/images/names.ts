/** Images as they are called on screen. */
import type { ImageView } from '../../../../shared/contract/images.ts';

export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** Its first name, else its short id. */
export function imageName({ id, tags }: Pick<ImageView, 'id' | 'tags'>): string {
  return tags[0] ?? shortId(id);
}

/** What its link is called: a name that has moved to another image leads there. */
export function imageLink({ id, tags }: Pick<ImageView, 'id' | 'tags'>): string {
  return tags[0] ?? id;
}

/** By a name, an id, or the beginning of one. */
export function findImage(images: readonly ImageView[], ref: string): ImageView | null {
  const hex = ref.replace(/^sha256:/, '');
  return (
    images.find(({ id, tags }) => id === ref || tags.includes(ref)) ??
    images.find(({ tags }) => tags.includes(`${ref}:latest`)) ??
    images.find(({ id }) => hex.length >= 12 && id.startsWith(`sha256:${hex}`)) ??
    null
  );
}
