/**
 * Splits what the engine sends of a container without a terminal: frames of eight bytes (which stream, how long) and what
 * was written.
 */
export type Frame = (stream: 1 | 2, payload: Buffer) => void;

const HEADER = 8;
/** An engine's frames hold 16 KB; what says to be longer than this is passed on in parts. */
const LONGEST = 1 << 20;

/** @returns takes each chunk as it comes and calls back for each whole frame */
export function createDemultiplexer(onFrame: Frame): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  /** Of a frame that is passed on in parts. */
  let left = 0;
  let stream: 1 | 2 = 1;
  return (chunk) => {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (left > 0) {
        const part = data.subarray(0, left);
        if (part.length === 0) break;
        left -= part.length;
        data = data.subarray(part.length);
        onFrame(stream, part);
        continue;
      }
      if (data.length < HEADER) break;
      const length = data.readUInt32BE(4);
      // 0 is standard input echoed, 3 an error of the engine's own: both are for the eyes of whoever reads.
      const from = data[0] === 1 || data[0] === 0 ? 1 : 2;
      if (length > LONGEST) {
        [stream, left, data] = [from, length, data.subarray(HEADER)];
        continue;
      }
      if (data.length < HEADER + length) break;
      onFrame(from, data.subarray(HEADER, HEADER + length));
      data = data.subarray(HEADER + length);
    }
    // A copy: a slice would keep the whole chunk alive.
    rest = Buffer.from(data);
  };
}
