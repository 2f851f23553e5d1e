/** Writes one nftables table as text: sets first, then chains, everything in one fixed order. */

/** A set, matched by hash whatever its size; one that holds a range (`80-90`) is matched by intervals, a little slower. */
export interface NftSet {
  readonly name: string;
  /** e.g. `ipv4_addr . inet_proto . inet_service`. */
  readonly type: string;
  /** Elements as nft reads them; written sorted and once each. */
  readonly elements: Iterable<string>;
}

export interface NftChain {
  readonly hook: 'input' | 'output' | 'forward';
  readonly rules: readonly string[];
}

/** Our table, in every namespace; of family `inet`: IPv4 and IPv6 in one. */
export const TABLE = 'inet bulkhead';

/** Before the engine's own filter chains, after connection tracking and address translation. */
const PRIORITY = 'filter - 10';

/** A script that makes a namespace hold exactly this table: the first two lines remove whatever was there. */
export function tableScript(sets: readonly NftSet[], chains: readonly NftChain[]): string {
  const body = [...sets.map(setText), ...chains.map(chainText)].join('');
  return `table ${TABLE}\ndelete table ${TABLE}\ntable ${TABLE} {\n${body}}\n`;
}

function setText({ name, type, elements }: NftSet): string {
  const sorted = [...new Set(elements)].sort();
  const list =
    sorted.length === 0 ? '' : `\t\telements = {\n${sorted.map((one) => `\t\t\t${one}`).join(',\n')}\n\t\t}\n`;
  const flags = sorted.some((one) => one.includes('-')) ? '\t\tflags interval\n' : '';
  return `\tset ${name} {\n\t\ttype ${type}\n${flags}${list}\t}\n`;
}

function chainText({ hook, rules }: NftChain): string {
  // What is dropped is counted: a counter costs nothing that can be measured, and tells what a rule does.
  const counted = rules.map((rule) => rule.replace(/(^| )drop$/, '$1counter drop'));
  const lines = [`type filter hook ${hook} priority ${PRIORITY}; policy accept;`, ...counted];
  return `\tchain ${hook} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}
