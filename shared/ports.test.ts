import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_PORTS,
  formatPorts,
  hasPort,
  intersectionOf,
  isEmpty,
  isEveryPort,
  minus,
  NO_PORTS,
  parsePorts,
  unionOf,
  type PortSet,
} from './ports.ts';

describe('parsePorts', () => {
  it.each([
    [['tcp/5432'], { ...NO_PORTS, tcp: [[5432, 5432]] }],
    [['TCP/80', 'tcp/81-90', 'tcp/85'], { ...NO_PORTS, tcp: [[80, 90]] }],
    [['udp/5000-5100', 'icmp'], { ...NO_PORTS, udp: [[5000, 5100]], icmp: true }],
    [['tcp'], { ...NO_PORTS, tcp: [[1, 65535]] }],
  ])('reads %j', (texts, set) => expect(parsePorts(texts)).toEqual(set));

  it.each([
    [[]],
    [['']],
    [['80']],
    [['tcp/0']],
    [['tcp/65536']],
    [['tcp/9-8']],
    [['icmp/8']],
    [['sctp/1']],
    [['tcp/80; drop']],
    [['tcp/80\n']],
    [['tcp/١']],
  ])('refuses %j, saying what to write', (texts) => {
    // A line break around it is trimmed; inside it is refused.
    if (texts[0] === 'tcp/80\n') expect(parsePorts(texts).tcp).toEqual([[80, 80]]);
    else expect(() => parsePorts(texts)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

const port = fc.integer({ min: 1, max: 65535 });
const text = fc.oneof(
  fc.constantFrom('tcp', 'udp', 'icmp'),
  fc
    .tuple(fc.constantFrom('tcp', 'udp'), port, port)
    .map(([name, a, b]) => `${name}/${Math.min(a, b)}-${Math.max(a, b)}`),
  fc.tuple(fc.constantFrom('tcp', 'udp'), port).map(([name, a]) => `${name}/${a}`),
);
const sets: fc.Arbitrary<PortSet> = fc.array(text, { minLength: 1, maxLength: 6 }).map(parsePorts);
const asked = fc.tuple(fc.constantFrom('tcp', 'udp', 'icmp', 'sctp'), port);

describe('sets of ports', () => {
  it('are written so that they are read back the same', () => {
    fc.assert(
      fc.property(sets, (set) => {
        expect(parsePorts(formatPorts(set) ?? [])).toEqual(set);
      }),
    );
    expect(formatPorts(ALL_PORTS)).toBeNull();
  });

  it('hold after each operation exactly the ports they must', () => {
    fc.assert(
      fc.property(sets, sets, asked, (a, b, [protocol, number]) => {
        const [inA, inB] = [hasPort(a, protocol, number), hasPort(b, protocol, number)];
        expect(hasPort(unionOf(a, b), protocol, number)).toBe(inA || inB);
        expect(hasPort(minus(a, b), protocol, number)).toBe(inA && !inB);
        expect(hasPort(intersectionOf(a, b), protocol, number)).toBe(inA && inB);
      }),
    );
  });

  it('are equal whichever way they came about', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(unionOf(a, b)).toEqual(unionOf(b, a));
        expect(unionOf(minus(a, b), intersectionOf(a, b))).toEqual(a);
        expect(isEmpty(minus(a, unionOf(a, b)))).toBe(true);
        expect(isEveryPort(unionOf(a, minus(ALL_PORTS, a)))).toBe(true);
      }),
    );
  });
});
