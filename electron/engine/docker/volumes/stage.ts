/**
 * Reaches into a volume without running anything: a container that is made and never started, of an image with nothing in
 * it, has it mounted, and the engine's archive calls read and write there.
 */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { BULKHEAD_LABEL } from '../../../../shared/topology/model.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, PATIENCE_MS, tell, type Api } from '../ask.ts';

/** The value of our label on them: what a crash leaves is found by it (`bulkhead clear`). */
const STAGE_LABEL = 'volumes';

/** Two empty blocks: an archive of nothing. */
const NOTHING = Buffer.alloc(1024);

/** Where the volume is in it, without slashes: the same in all, so that what is read in one can be written in another. */
export const PLACE = 'volume';

export interface StagedVolume {
  readonly name: string;
  readonly writable: boolean;
}

export interface Stage {
  /** `/containers/…/archive` */
  readonly archive: string;
  /** Takes everything away again.  Harmless twice; never rejects. */
  end(): Promise<void>;
}

/** @throws BulkheadError of the engine; nothing is left then */
export async function openStage(api: Api, volume: StagedVolume, signal: AbortSignal | undefined): Promise<Stage> {
  // Each its own: two that end at different times must not take away each other's.
  const name = `bulkhead-volumes-${randomBytes(5).toString('hex')}`;
  let isOver = false;
  const end = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    for (const path of [pathOf('containers', name), pathOf('images', `${name}:1`)]) {
      await tell(api, path, { method: 'DELETE', query: { force: true } }).catch(() => undefined);
    }
  };
  try {
    await tell(api, '/images/create', {
      method: 'POST',
      query: { fromSrc: '-', repo: name, tag: '1', changes: `LABEL ${BULKHEAD_LABEL}=${STAGE_LABEL}` },
      source: Readable.from([NOTHING]),
      signal,
    });
    const made = await api().request('/containers/create', {
      method: 'POST',
      query: { name },
      body: {
        Image: `${name}:1`,
        Cmd: ['never-started'],
        Labels: { [BULKHEAD_LABEL]: STAGE_LABEL },
        HostConfig: {
          NetworkMode: 'none',
          Mounts: [
            {
              Type: 'volume',
              Source: volume.name,
              Target: `/${PLACE}`,
              ReadOnly: !volume.writable,
              VolumeOptions: { NoCopy: true },
            },
          ],
        },
      },
      timeoutMs: PATIENCE_MS,
      signal,
    });
    return { archive: `${pathOf('containers', textOf(objectOf(made)['Id']))}/archive`, end };
  } catch (thrown) {
    await end();
    throw thrown;
  }
}
