/** Takes the engine's attach stream apart: frames of `[stream, 0, 0, 0, length (4 bytes)]` and content. */

export interface FrameSink {
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

const HEADER = 8;

/** Returns the function to feed with what the stream delivers, in any pieces. */
export function createDemultiplexer({ onStdout, onStderr }: FrameSink): (chunk: Buffer) => void {
  let waiting: Buffer = Buffer.alloc(0);
  return (chunk) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length >= HEADER) {
      const length = waiting.readUInt32BE(4);
      if (waiting.length < HEADER + length) return;
      const content = waiting.subarray(HEADER, HEADER + length);
      if (waiting[0] === 2) onStderr(content);
      else onStdout(content);
      waiting = waiting.subarray(HEADER + length);
    }
  };
}

/** Splits bytes into lines; a line longer than `limit` bytes is reported through `onOverflow`, once. */
export function createLineSplitter(
  onLine: (line: string) => void,
  { limit, onOverflow }: { readonly limit: number; readonly onOverflow: () => void },
): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
      parts = [];
      size = 0;
      start = end + 1;
      onLine(line);
    }
    if (start === chunk.length) return;
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > limit) onOverflow();
  };
}
