import { expect, test } from 'vitest';
import { createPacker, unpackLines, type PackedLine } from './packed.ts';

test('lines are the same when they come out', () => {
  const lines: PackedLine[] = [
    { source: 0, stream: 1, time: '2026-01-02T03:04:05.000000006Z', text: 'hello  there ' },
    { source: 12, stream: 2, time: '2026-01-02T03:04:05.000000007Z', text: '' },
    { source: 1, stream: 1, time: '2026-01-02T03:04:05.000000008Z', text: ' \u001b[31m\r容器' },
  ];
  const out: PackedLine[] = [];
  const packer = createPacker();
  for (const { source, ...line } of lines) packer.add(line, source, line.text === '');
  const { count, packed, cut } = packer.take();
  expect([count, cut, packer.count()]).toEqual([3, [1], 0]);
  unpackLines(packed, (line) => out.push(line));
  expect(out).toEqual(lines);
  unpackLines('', () => expect.unreachable());
});
