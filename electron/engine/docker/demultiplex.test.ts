import { describe, expect, test } from 'vitest';
import { createDemultiplexer } from './demultiplex.ts';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

function read(chunks: readonly Buffer[]): [number, string][] {
  const frames: [number, string][] = [];
  const write = createDemultiplexer((stream, payload) => frames.push([stream, payload.toString()]));
  for (const chunk of chunks) write(chunk);
  return frames;
}

describe('frames', () => {
  const whole = Buffer.concat([frame(1, 'out'), frame(2, 'wrong'), frame(1, '')]);
  const expected = [
    [1, 'out'],
    [2, 'wrong'],
    [1, ''],
  ];

  test('that come together are told apart', () => expect(read([whole])).toEqual(expected));

  test('are the same, wherever they are cut', () => {
    for (let at = 0; at <= whole.length; at += 1) {
      expect(read([whole.subarray(0, at), whole.subarray(at)])).toEqual(expected);
    }
  });

  test('that say to be larger than any are passed on in parts, not waited for', () => {
    const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    expect(read([Buffer.concat([header, Buffer.from('begin')])])).toEqual([[1, 'begin']]);
  });
});
