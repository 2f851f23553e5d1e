/** What an image of the helper may be made of, and the name that follows from it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programEntries, resourcesDir } from './resources.ts';
import { tar, type TarEntry } from './tar.ts';

const REPOSITORY = 'bulkhead-helper';

export interface Candidate {
  readonly recipe: 'local' | 'alpine';
  /** Ends in a hash of the archive: whatever has this name was made of exactly this. */
  readonly tag: string;
  /** What a builder is sent. */
  readonly archive: Buffer;
}

export function candidate(recipe: Candidate['recipe'], entries: readonly TarEntry[]): Candidate {
  const archive = tar(entries);
  const hash = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  return { recipe, tag: `${REPOSITORY}:${hash}`, archive };
}

/** The recipe that is shipped, with the image it begins with. */
export async function alpineCandidate(): Promise<Candidate & { readonly base: string }> {
  const dockerfile = await readFile(join(resourcesDir(), 'helper', 'Dockerfile'));
  const made = candidate('alpine', [{ name: 'Dockerfile', content: dockerfile }, ...(await programEntries('program'))]);
  return { ...made, base: /^FROM\s+(\S+)/m.exec(dockerfile.toString('utf8'))?.[1] ?? '' };
}
