/** Writes one nftables table as text: sets first, then chains, everything in one fixed order. */

/** A set, matched by hash whatever its size; one that holds a range (`80-90`) is matched by intervals, a little slower. */
export interface NftSet {
  readonly name: string;
  /** e.g. `ipv4_addr . inet_proto . inet_service`. */
  readonly type: string;
  /** Elements as nft reads them; written sorted and once each. */
  readonly elements: Iterable<string>;
  /** Each element counts what it matched, where the kernel can. */
  readonly counted?: boolean;
}

/** A set that the kernel fills with whom it meets: only there to count, and only where the kernel can. */
export interface NftMeter {
  readonly name: string;
  readonly type: string;
}

export interface NftChain {
  readonly hook: 'input' | 'output' | 'forward';
  /** Asked before all others. */
  readonly first?: readonly string[];
  /** About answers: they begin with `ANSWER`, and are asked as well about what may be one (N4). */
  readonly answers: readonly string[];
  readonly rules: readonly string[];
}

/** Begins what a rule says of answers on a connection. */
export const ANSWER = 'ct direction reply';

/** TCP on a connection whose beginning tracking has not seen, or has forgotten: who opened it is not known. */
const MID_STREAM = 'ct state invalid,new,untracked tcp flags & (fin | syn | rst | ack) != syn';

/** Chains that ask whether what is in the middle of a connection could be an answer. */
const MID_STREAM_CHAIN = 'midstream_';

/** Whether a rule, of a chain as nft lists them, is about answers. */
export function isAboutAnswers(chain: string, rule: string): boolean {
  return rule.includes(ANSWER) || chain.includes(MID_STREAM_CHAIN);
}

/** Our table, in every namespace; of family `inet`: IPv4 and IPv6 in one. */
export const TABLE = 'inet bulkhead';

/** Before the engine's own filter chains, after connection tracking and address translation. */
const PRIORITY = 'filter - 10';

/**
 * Begins lines that are there to count by element, which is not possible everywhere: the helper makes rules of them where it
 * is, and leaves them comments elsewhere (K1).
 */
const IF_COUNTED = '#counts ';

/** Whoever lies about its address fills a meter: it ends at so many, and forgets those that are quiet for so long. */
const METER_SIZE = 1024;
const METER_FORGETS = '10m';

/** A rule that counts in a meter what `key` says, of what `match` is about, and decides nothing. */
export function meterRule(match: string, meter: string, key: string): string {
  return `${IF_COUNTED}${match} update @${meter} { ${key} }`;
}

/** A script that makes a namespace hold exactly this table: the first two lines remove whatever was there. */
export function tableScript(
  sets: readonly NftSet[],
  chains: readonly NftChain[],
  meters: readonly NftMeter[] = [],
): string {
  const body = [...sets.map(setText), ...meters.map(meterText), ...chains.map(chainText)].join('');
  return `table ${TABLE}\ndelete table ${TABLE}\ntable ${TABLE} {\n${body}}\n`;
}

function setText({ name, type, elements, counted }: NftSet): string {
  const sorted = [...new Set(elements)].sort();
  const list =
    sorted.length === 0 ? '' : `\t\telements = {\n${sorted.map((one) => `\t\t\t${one}`).join(',\n')}\n\t\t}\n`;
  const flags = sorted.some((one) => one.includes('-')) ? '\t\tflags interval\n' : '';
  const counts = counted ? `\t\t${IF_COUNTED}counter\n` : '';
  return `\tset ${name} {\n\t\ttype ${type}\n${flags}${counts}${list}\t}\n`;
}

function meterText({ name, type }: NftMeter): string {
  const lines = [
    `set ${name} {`,
    `type ${type}; size ${METER_SIZE}; flags dynamic,timeout; timeout ${METER_FORGETS}; counter`,
    '}',
  ];
  return lines.map((line) => `\t${IF_COUNTED}${line}\n`).join('');
}

function chainText({ hook, first = [], answers, rules }: NftChain): string {
  const unsure = midStreamRules(answers);
  const jump = unsure.length > 0 ? [`${MID_STREAM} jump ${MID_STREAM_CHAIN}${hook}`] : [];
  const base = `type filter hook ${hook} priority ${PRIORITY}; policy accept;`;
  return (
    (unsure.length > 0 ? block(`${MID_STREAM_CHAIN}${hook}`, unsure) : '') +
    block(hook, [base, ...first, ...answers, ...jump, ...rules])
  );
}

/**
 * Rules about what may be an answer: one that is not allowed goes no further, any other is judged as a call, too.  Of what is
 * not TCP tracking sees no beginning, so there is no middle.
 */
function midStreamRules(answers: readonly string[]): readonly string[] {
  const alike = answers.filter((rule) => rule.includes(ANSWER) && !/meta l4proto [!{]|\budp\b|ct status/.test(rule));
  return alike.map((rule) => rule.replace(`${ANSWER} `, '').replace(/(?:counter )?accept$/, 'return'));
}

function block(name: string, rules: readonly string[]): string {
  // What is dropped is counted: a counter costs nothing that can be measured, and tells what a rule does.
  const lines = rules.map((rule) => rule.replace(/(^| )drop$/, '$1counter drop'));
  return `\tchain ${name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}
