/** What is done to files in containers as jobs. */
import type { FilesDomain } from '../engine/domains/files.ts';
import type { Jobs } from './jobs.ts';
import type { ExpectedUpload } from './uploads.ts';

export interface UploadPlace {
  readonly container: string;
  /** The folder. */
  readonly path: string;
  readonly name: string;
  /** Bytes; what comes must be as much. */
  readonly size: number;
}

/** Waits for a file, and puts it into the folder as it comes; nothing of it is left where that fails. @returns the job's id */
export function startUpload(
  jobs: Pick<Jobs, 'start'>,
  files: FilesDomain,
  { container, path, name, size }: UploadPlace,
  upload: ExpectedUpload,
): string {
  return jobs.start({
    kind: 'file-upload',
    about: [{ id: container, name }],
    work: async (report) => {
      const content = await upload.arrived(report.signal);
      const stop = (): void => void content.destroy();
      report.signal.addEventListener('abort', stop, { once: true });
      try {
        const put = await files.upload(container, path, { name, size });
        try {
          let done = 0;
          for await (const bytes of content) {
            await put.write(bytes as Buffer);
            done += (bytes as Buffer).length;
            report.progress({ done, total: size, unit: 'bytes' });
          }
          report.signal.throwIfAborted();
          await put.end();
        } catch (thrown) {
          put.cancel();
          throw thrown;
        }
      } finally {
        report.signal.removeEventListener('abort', stop);
        content.destroy();
      }
    },
  });
}
