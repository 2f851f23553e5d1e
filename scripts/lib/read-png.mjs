/** Reads PNGs for tests, by nothing that draws them. */
import { inflateSync } from 'node:zlib';

/**
 * @param {Buffer} png of eight bits and four channels, not interlaced
 * @returns {{ width: number, height: number, pixels: Buffer }} four bytes a pixel: red, green, blue, alpha (not multiplied in)
 * @throws Error where it is another kind of file
 */
export function readPng(png) {
  if (png.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n') throw new Error('This is no PNG.');
  if (png[24] !== 8 || png[25] !== 6 || png[28] !== 0)
    throw new Error('Not of eight bits with red, green, blue and alpha.');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = 4 * width;
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x += 1) {
      const at = y * line + x;
      const left = x < 4 ? 0 : pixels[at - 4];
      const up = y === 0 ? 0 : pixels[at - line];
      const corner = x < 4 || y === 0 ? 0 : pixels[at - line - 4];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      pixels[at] = (raw[y * (line + 1) + 1 + x] + guess) & 255;
    }
  }
  return { width, height, pixels };
}

function paeth(left, up, corner) {
  const away = [left, up, corner].map((one) => Math.abs(left + up - corner - one));
  return away[0] <= away[1] && away[0] <= away[2] ? left : away[1] <= away[2] ? up : corner;
}
