import type { Core } from '../app/core.ts';
import { createUploadParts } from '../app/upload-parts.ts';
import { procedures } from './contract.ts';

export const filesRouter = (core: Core) => {
  const uploads = createUploadParts();
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
    beginUpload: procedures.files.beginUpload.handler(async ({ input: { container, path, name, size } }) => ({
      id: uploads.add(await files().upload(container, path, { name, size })),
    })),
    uploadPart: procedures.files.uploadPart.handler(({ input: { id, base64 } }) =>
      uploads.write(id, Buffer.from(base64, 'base64')),
    ),
    endUpload: procedures.files.endUpload.handler(({ input }) => uploads.end(input.id)),
    cancelUpload: procedures.files.cancelUpload.handler(({ input }) => uploads.cancel(input.id)),
  };
};
