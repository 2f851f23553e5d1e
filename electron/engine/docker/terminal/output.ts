/** What passes through a terminal's connection, as text. */
import type { Duplex } from 'node:stream';
import { connectionFault } from '../../connection/faults.ts';
import { createDemultiplexer } from '../demultiplex.ts';

/** As text; characters that come in pieces are put together. */
export async function* outputOf(
  stream: Duplex,
  { address, isFramed }: { readonly address: string; readonly isFramed: boolean },
): AsyncGenerator<string, void, void> {
  const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  let text = '';
  const write = isFramed
    ? createDemultiplexer((from, payload) => (text += decoders[from].decode(payload, { stream: true })))
    : (chunk: Buffer): void => void (text += decoders[1].decode(chunk, { stream: true }));
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      write(chunk);
      const whole = text;
      text = '';
      if (whole !== '') yield whole;
    }
  } catch (thrown) {
    // What we closed ourselves is no failure of the engine's.
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw connectionFault(address, thrown);
  }
}

export function written(stream: Duplex, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed || stream.writableEnded) {
      resolve();
      return;
    }
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
