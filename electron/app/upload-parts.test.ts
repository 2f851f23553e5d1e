import { expect, test } from 'vitest';
import type { FileUpload } from '../engine/domains/files.ts';
import { createUploadParts } from './upload-parts.ts';

function upload(failing = false): FileUpload & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    write: async (bytes) => {
      if (failing) throw new Error('no space');
      told.push(`write ${bytes.length}`);
    },
    end: async () => void told.push('end'),
    cancel: () => void told.push('cancel'),
  };
}

test('parts go where they belong, and after its end an upload is nobody’s', async () => {
  const uploads = createUploadParts();
  const [one, other] = [upload(), upload()];
  const [id, otherId] = [uploads.add(one), uploads.add(other)];
  await uploads.write(id, new Uint8Array(3));
  uploads.cancel(otherId);
  await uploads.end(id);
  expect([one.told, other.told]).toEqual([['write 3', 'end'], ['cancel']]);
  await expect(uploads.write(id, new Uint8Array(1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(uploads.end(otherId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('one that fails is forgotten', async () => {
  const uploads = createUploadParts();
  const id = uploads.add(upload(true));
  await expect(uploads.write(id, new Uint8Array(1))).rejects.toThrow('no space');
  await expect(uploads.write(id, new Uint8Array(1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('one that nobody goes on with is given up', async () => {
  const uploads = createUploadParts(5);
  const left = upload();
  uploads.add(left);
  await expect.poll(() => left.told).toEqual(['cancel']);
});
