/** Files on their way from pages into containers.  One that nobody goes on with is given up. */
import { randomBytes } from 'node:crypto';
import { BulkheadError } from '../../shared/errors.ts';
import type { FileUpload } from '../engine/domains/files.ts';

export interface UploadParts {
  /** @returns its id, which nobody else can guess */
  add(upload: FileUpload): string;
  /** @throws BulkheadError `NOT_FOUND` for one that has ended or was given up */
  write(id: string, bytes: Uint8Array): Promise<void>;
  end(id: string): Promise<void>;
  cancel(id: string): void;
}

/** A page that is still there sends its next part sooner (ms). */
const IDLE_MS = 60_000;

export function createUploadParts(idleMs = IDLE_MS): UploadParts {
  const all = new Map<string, { readonly upload: FileUpload; timer?: NodeJS.Timeout | undefined }>();
  const take = (id: string): FileUpload => {
    const found = all.get(id);
    if (!found) {
      throw new BulkheadError({ code: 'NOT_FOUND', message: 'This upload has ended.', hint: 'Begin it again.' });
    }
    clearTimeout(found.timer);
    return found.upload;
  };
  const forget = (id: string): void => {
    clearTimeout(all.get(id)?.timer);
    all.delete(id);
  };
  const cancel = (id: string): void => {
    all.get(id)?.upload.cancel();
    forget(id);
  };
  const restart = (id: string): void => {
    const found = all.get(id);
    if (found) found.timer = setTimeout(() => cancel(id), idleMs).unref();
  };
  return {
    add: (upload) => {
      const id = randomBytes(16).toString('hex');
      all.set(id, { upload });
      restart(id);
      return id;
    },
    write: async (id, bytes) => {
      try {
        await take(id).write(bytes);
        restart(id);
      } catch (thrown) {
        forget(id);
        throw thrown;
      }
    },
    end: async (id) => {
      const upload = take(id);
      forget(id);
      await upload.end();
    },
    cancel,
  };
}
