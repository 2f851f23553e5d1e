/** Files from the user's disk into a container. */
import type { Client } from '../../lib/client-context.tsx';
import { upload } from '../../lib/exchange.ts';
import { handledJobs } from '../jobs/handled.ts';

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** Bytes so far. */
  readonly onProgress: (done: number) => void;
}

/** Resolves when it is there, whole; what fails is told by the job. */
export async function uploadFile(
  client: Client,
  place: { readonly container: string; readonly path: string; readonly file: File },
  { signal, onProgress }: TransferOptions,
): Promise<void> {
  const { container, path, file } = place;
  const { path: where, job } = await client.files.upload({ container, path, name: file.name, size: file.size });
  // Its failure is said where it was begun.
  handledJobs.add(job);
  const cancel = (): void => void client.jobs.cancel({ id: job }).catch(() => undefined);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    // Where the job ends early the sending does too: why, the job knows.
    const sending = upload(where, file).catch((thrown: unknown) => thrown);
    for await (const news of await client.jobs.follow({ id: job })) {
      onProgress(news.done);
      if (news.state === 'running') continue;
      if (news.error) throw Object.assign(new Error(news.error.message), { data: news.error });
      signal.throwIfAborted();
      if (news.state === 'cancelled') throw await sending;
    }
    await sending;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
