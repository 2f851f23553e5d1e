import type { Core } from '../app/core.ts';
import { startUpload } from '../app/file-jobs.ts';
import { procedures } from './contract.ts';

export const filesRouter = (core: Core) => {
  const files = (): ReturnType<Core['manage']>['files'] => core.manage().files;
  return {
    list: procedures.files.list.handler(({ input: { container, path }, signal }) =>
      files().list(container, path, { signal }),
    ),
    read: procedures.files.read.handler(({ input: { container, path }, signal }) =>
      files().read(container, path, { signal }),
    ),
    changes: procedures.files.changes.handler(({ input, signal }) => files().changes(input.container, { signal })),
    download: procedures.files.download.handler(async ({ input: { container, path }, signal }) => {
      const found = await files().download(container, path, { signal });
      return { path: core.downloads.offer(found), name: found.name };
    }),
    upload: procedures.files.upload.handler(({ input }) => {
      const upload = core.uploads.expect();
      return { path: upload.path, job: startUpload(core.jobs, files(), input, upload) };
    }),
  };
};
