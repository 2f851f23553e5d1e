/** From the texts that the tools print to one namespace's packet filter. */
import type { Firewall, FirewallChain, UnreadPart } from '../topology/firewall.ts';
import { parseNft } from './parse-nft.ts';
import { parseSave } from './parse-save.ts';
import { shortened } from './rule-text.ts';

/** What was read of one namespace.  Texts are empty where a tool is missing or had nothing to say. */
export interface FirewallTexts {
  /** `nft -j list ruleset`. */
  readonly nft: string;
  /** Sets were listed without their elements, because there were too many. */
  readonly terse: boolean;
  /** `iptables-save` and `ip6tables-save` of the nftables kind: they say what nft only names. */
  readonly save4: string;
  readonly save6: string;
  /** The same of the legacy kind. */
  readonly legacy4: string;
  readonly legacy6: string;
  /** Tables of legacy iptables that exist in the kernel, per family. */
  readonly legacyTables4: readonly string[];
  readonly legacyTables6: readonly string[];
  /** What went wrong, in words. */
  readonly unread: readonly string[];
}

/** Tables of Bulkhead, which are no news to it. */
const OUR_TABLES: readonly string[] = ['bulkhead', 'bulkhead_gate'];

export function readFirewall(texts: FirewallTexts): Firewall {
  const unread: UnreadPart[] = texts.unread.map((what) => ({ what: shortened(what), level: 'any' }));
  const listed = texts.nft === '' ? [] : parseNft(texts.nft, texts.terse);
  if (!listed) unread.push({ what: 'the list of nftables rules', level: 'any' });
  const saved = [
    ...parseSave({ family: 'ip', legacy: false, text: texts.save4 }),
    ...parseSave({ family: 'ip6', legacy: false, text: texts.save6 }),
  ].flatMap(({ chains }) => chains);
  const legacy4 = parseSave({ family: 'ip', legacy: true, text: texts.legacy4 });
  const legacy6 = parseSave({ family: 'ip6', legacy: true, text: texts.legacy6 });
  unread.push(...missing(legacy4, texts.legacyTables4, 'iptables'));
  unread.push(...missing(legacy6, texts.legacyTables6, 'ip6tables'));
  return {
    chains: [
      ...preferSaved(listed ?? [], saved).filter(({ table }) => !OUR_TABLES.includes(table)),
      ...[...legacy4, ...legacy6].flatMap(({ chains }) => chains),
    ],
    unread,
  };
}

/** nft gives iptables rules with parts it cannot read; what iptables itself printed of the same table is better. */
function preferSaved(listed: readonly FirewallChain[], saved: readonly FirewallChain[]): readonly FirewallChain[] {
  const key = ({ family, table }: FirewallChain): string => `${family} ${table}`;
  // An empty table is not worth trusting: iptables may print tables that it then cannot read.
  const better = new Set(saved.filter(({ rules }) => rules.length > 0).map(key));
  return [...listed.filter((chain) => !better.has(key(chain))), ...saved.filter((chain) => better.has(key(chain)))];
}

function missing(
  read: readonly { readonly table: string }[],
  existing: readonly string[],
  name: string,
): readonly UnreadPart[] {
  const lacking = existing.filter((table) => !read.some((one) => one.table === table));
  // The nat table alone is what the engine keeps in every container for its name server.
  if (lacking.length === 0 || lacking.every((table) => table === 'nat')) return [];
  return [{ what: shortened(`the legacy ${name} tables ${lacking.join(', ')}`), level: 'ip' }];
}
