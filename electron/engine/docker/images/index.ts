/** Images of a real engine. */
import type { ImagesDomain } from '../../domains/images.ts';
import type { Api } from '../ask.ts';
import type { ReadDisk } from '../disk-usage.ts';
import { usualPlaces } from '../programs/places.ts';
import { thisMachine, type Around } from './auth.ts';
import { createBuild } from './build.ts';
import { createReading } from './reading.ts';
import { createRemoving } from './removing.ts';
import { createTransfer } from './transfer.ts';

/**
 * @param around where the user's credentials are
 * @param placesOf where Buildx is looked for, for tests
 */
export function createImages(
  api: Api,
  readDisk: ReadDisk,
  around: Around = thisMachine,
  placesOf = usualPlaces,
): ImagesDomain {
  const reading = createReading(api, readDisk, around);
  return {
    ...reading,
    ...createTransfer(api, around),
    ...createRemoving(api, reading),
    build: createBuild(api, around, placesOf),
  };
}
