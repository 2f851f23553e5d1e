/** Files from the user's disk into a container, a part at a time. */
import { UPLOAD_PART_BYTES } from '../../../../shared/contract/files.ts';
import { toBase64 } from '../../lib/base64.ts';
import type { Client } from '../../lib/client-context.tsx';

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** Bytes so far. */
  readonly onProgress: (done: number) => void;
}

export async function uploadFile(
  client: Client,
  place: { readonly container: string; readonly path: string; readonly file: File },
  { signal, onProgress }: TransferOptions,
): Promise<void> {
  const { container, path, file } = place;
  const { id } = await client.files.beginUpload({ container, path, name: file.name, size: file.size });
  try {
    for (let from = 0; from < file.size; from += UPLOAD_PART_BYTES) {
      signal.throwIfAborted();
      const part = await file.slice(from, from + UPLOAD_PART_BYTES).arrayBuffer();
      await client.files.uploadPart({ id, base64: toBase64(new Uint8Array(part)) });
      onProgress(from + part.byteLength);
    }
    signal.throwIfAborted();
  } catch (thrown) {
    client.files.cancelUpload({ id }).catch(() => undefined);
    throw thrown;
  }
  await client.files.endUpload({ id });
}
