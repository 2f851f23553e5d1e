/**
 * The sentence for each rule of SPEC.md, in English.
 *
 * `{from}` and `{to}` are endpoint names, `{fromState}`/`{toState}` container states, `{via}` a network, volume,
 * socket or right, `{names}` a comma-separated list, `{address}` where B is reached, `{ports}` a comma-separated list like `tcp/80, udp/53`.  The page
 * translates by rule id and parameters, so every id here needs a translation there.
 */
import type { Reason } from './model.ts';

export const REASONS = {
  R001: '{from} always reaches itself, through its own loopback interface.',
  R002: '{from} is not running ({fromState}), so it opens no connections.',
  R003: '{to} is not running ({toState}), so nothing is there to answer.',
  R004: '{from} is paused, so it sends nothing until it is resumed.',
  R005: '{to} is paused: connections may seem to be accepted, but nothing answers until it is resumed.',
  R006: '{from} runs without any network (network mode "none").',
  R007: '{to} runs without any network (network mode "none").',
  R008: '{from} is not connected to any network.',
  R009: '{to} is not connected to any network.',

  R101: 'Both are on the network {via}, where containers reach each other on every port.',
  R102: 'Both are on the default bridge {via}, where containers reach each other by address on every port.',
  R103: 'Both are on the internal network {via}: it keeps them in, but not apart.',
  R104: 'Both are on {via}, but that network forbids traffic between its containers (enable_icc=false).',
  R105: 'Traffic between containers is forbidden on {via}, but a legacy link opens {ports} for {from} and {to}.',
  R106: '{via} forbids traffic between its containers, but this machine does not filter packets inside a bridge, so that may have no effect.',
  R107: 'Both are on {via}, but have no address of the same family there.',
  R108: 'Both have IPv6 addresses on the internal network {via}; engines before 26 may drop IPv6 even inside it.',
  R109: 'Both have IPv6 addresses on the internal network {via}, but this engine’s firewall drops even the packets by which IPv6 neighbours find each other there.',
  R110: '{to} has an address on {via}, where {from} is not: the engine drops packets between different networks.',
  R111: '{to} has an address on {via}, but {from} has no route out of its own networks to there.',
  R112: '{to} has an address on {via}, which is internal: nothing from other networks comes in.',
  R113: '{to} has an IPv6 address on {via}; whether this engine separates networks for IPv6 too is not known (before version 27 it does only when told to).',

  R114: '{to} has an IPv6 address on {via}; this engine separates networks for IPv4 only, so {from} reaches it there.',
  R115: '{via} forbids traffic between its containers (enable_icc=false), but this engine does so for IPv4 only.',
  R116: '{via} forbids traffic between its containers (enable_icc=false); whether this engine does so for IPv6 too is not known.',
  R120: 'Both are on {via} ({driver}), where containers reach each other on every port.',
  R121: 'Both are on {via}, whose mode (private) keeps its containers apart.',
  R122: 'Both are on {via}, whose mode sends everything out of the machine first: whether it comes back depends on the switch outside.',
  R123: '{to} is on {via}; ipvlan in mode l3 passes packets between all networks on the same interface of the machine.',
  R124: '{to} is on {via}, part of the network around the machine: whether {from} reaches it depends on the router there.',
  R125: '{to} is on {via}, but what comes through the machine cannot enter: an interface never passes packets to its own {driver} children.',
  R126: '{to} is on {via}, which is internal: it has no way to answer.',
  R127: '{from} is part of the network around the machine: whether it reaches {to} on {via} depends on the router there.',
  R128: '{from} is part of the network around the machine, and the engine lets nothing from there in to {to} on {via}.',
  R130: '{from} is on {via} beside the machine’s address {address}, but an interface never passes packets between itself and its {driver} children.',
  R131: '{from} is on {via} beside the machine’s address {address}; whether it is reached depends on which interface of the machine has it.',
  R132: '{from} goes out through {via}: whether it comes back to the machine at {address} depends on the router outside.',
  R133: '{to} is on {via} beside the machine, but an interface never passes packets between itself and its {driver} children.',
  R134: '{to} is on {via}, part of the network around the machine: whether the machine reaches it depends on its own routes and the router there.',
  R136: '{to} publishes {ports}, but is on {via} too: its answers may leave there, and be lost.',
  R117: 'This engine separates networks for IPv4 only: datagrams ({ports}) arrive at {to} on {via}, though its answers have no way out of there.',
  R201: '{to} publishes {ports} on the machine: every container that reaches the machine at {address} gets through, whatever its networks.',
  R202: '{to} publishes {ports}, and the machine itself reaches them at {address}.',
  R203: '{to} publishes {ports} only at {address}: that is the machine’s own loopback, which containers cannot reach.',
  R204: '{to} publishes {ports} at {address}, but {from} is only on internal networks and has no route to there.',
  R205: '{to} publishes {ports} at {address}, but what comes from an internal network is sent on to the container itself and dropped between networks.',
  R206: '{to} publishes {ports} at {address}, but without docker-proxy (userland-proxy is off) this engine drops such a detour between two networks.',
  R207: '{to} publishes {ports} at {address}; whether this engine redirects IPv6 from internal networks is not known.',
  R208: '{to} publishes {ports} at {address}: docker-proxy takes IPv6 connections there even from the internal network of {from}.',
  R209: '{to} publishes {ports} at {address}; without docker-proxy (userland-proxy is off) it is not known whether this way is open.',
  R210: '{to} publishes {ports} at {address}; from a network without masquerading it is not known whether this way is open.',
  R211: '{to} publishes {ports} at {address}; the engine redirects {from} there, because both are on one network.',
  R212: '{to} publishes {ports} at {address}, but without docker-proxy (userland-proxy is off) nothing takes connections there.',

  R220: '{via} is a routed network: what {to} publishes, {from} reaches at the container’s own address ({ports}).',
  R221: '{via} is a routed network, but {to} publishes nothing there: the engine drops packets from other networks.',
  R222: '{to} publishes {ports} on the routed network {via}, but {from} sends under its own address (masquerading is off), and the engine drops the answers.',
  R223: '{to} publishes {ports} at {address}, but what comes from a network without masquerading is sent on to the container itself and dropped between networks.',
  R224: '{to} publishes {ports}, but on {via} the machine has no IPv4 address (inhibit_ipv4), so nothing published gets from the machine to the container.',
  R225: 'On {via} the machine has no IPv4 address (inhibit_ipv4): {from} is told a gateway there that is not the machine.',
  R226: '{via} is a routed network: the engine lets pings (ICMP) to {to} through, whatever its ports.',
  R227: '{to} publishes {ports} on the routed network {via}: datagrams from {from} arrive, though their answers are dropped (masquerading is off).',
  R301: '{from} uses the network of the machine itself, which reaches every container on its bridges.',
  R302: '{to} uses the network of the machine itself, which {from} reaches at {address}.',
  R303: '{from} and {to} both use the network of the machine itself, so they reach each other at localhost.',
  R304: '{to} uses the network of the machine itself; {from} is only on internal networks and has no route to {address}.',
  R305: 'No address of the machine is known on the networks of {from}, so whether it reaches {to} cannot be told.',

  R320: 'The machine has no address on {via}, so it does not reach the containers there.',
  R321: 'The machine has no address on {via}, so {from} does not reach it there.',
  R401: '{from} and {to} share one network stack: for each, the other is at localhost.',
  R402: '{from} joined the network stack of {owner}, which has ended or started anew since: only its own loopback is left.',
  R403: '{to} joined the network stack of {owner}, which has ended or started anew since: only its own loopback is left.',
  R404: 'The container whose network stack {from} or {to} joined is not known.',
  R405: '{from} and {to} both joined a network stack of {owner} that is gone; whether it was the same one is not known.',

  R501: 'The machine reaches every container on its bridges.',
  R502: '{from} reaches the machine at {address}.',
  R503: '{from} is only on internal networks and has no route to the machine at {address}.',
  R504: '{from} gets out through {via}: the engine sends its packets on under the machine’s own address.',
  R505: '{via} is internal: nothing gets out of it.',
  R506: 'On {via} the engine does not hide container addresses (masquerading is off): whether answers find their way back depends on the routers outside.',
  R507: 'Nothing on this engine limits what {from} sends out through the machine’s own network.',
  R510: '{to} publishes {ports} on the machine, where the network around it can reach them.',
  R511: 'What reaches the machine’s own services depends on the machine’s firewall, which Bulkhead reads only once its helper runs.',
  R512: '{to} publishes {ports} on the machine; whether the internet reaches them depends on the router before this machine.',
  R513: '{to} publishes {ports} only at {address}, an address for containers on this machine.',
  R514: '{to} publishes no port that the outside can reach.',
  R515: 'What passes between {from} and {to} does not pass this engine.',

  R520: '{via} is a routed network: the engine does not hide container addresses, so whether answers find their way back depends on the routers outside.',
  R521: 'On {via} the engine does not hide container addresses (masquerading is off), and drops every answer from outside.',
  R522: 'On {via} the machine has no IPv4 address (inhibit_ipv4), so nothing gets out through it.',
  R523: '{via} is a routed network: who outside has a route to it reaches {ports} of {to} at the container’s own address.',
  R524: '{via} is not protected (nat-unprotected): who outside has a route to it reaches every port of {to}.',
  R525: 'On {via} this engine does not hide IPv6 addresses: whether answers find their way back depends on the routers outside.',
  R526: 'This engine does not filter IPv6: who outside has a route to {via} reaches every port of {to} there.',
  R527: 'Engines before 28 let in who outside has a route to {via}: {ports} of {to} are reached at the container’s own address, wherever they are published.',
  R528: '{to} is on {via}, part of the network around the machine: nothing of this engine stands between.',
  R529: 'On {via} only direct neighbours are within reach, not what is behind a router.',
  R530: '{to} is on {via}: whether the outside reaches it depends on the router there.',
  R531: '{via} is internal: it leads nowhere outside.',
  R532: '{from} is part of the network around the machine through {via}: nothing of this engine limits what it sends there.',
  R533: '{from} goes out through {via} under its own address: whether answers come back depends on routes outside.',
  R534: 'Through {via} single datagrams of {from} get out all the same ({ports}): only their answers are dropped.',
  R601: '{from} can look {to} up by name: {names}. Each also works with “.{via}”, the network’s name, behind it.',
  R602: '{from} has a legacy link: its hosts file holds {names} for the address of {to}.',
  R603: '{from} has a legacy link: when it starts, it is given the environment of {to}, passwords included, in variables such as {names}.',
  R604: '{from} has a link on {via}: for it alone, {names} stands for {to}.',
  R605: '{names} on {via} stands for several containers, {to} among them: {from} is given all their addresses, in changing order.',
  R606: 'The hosts file of {from} was told to hold {names} for the address of {to}.',
  R607: '{from} reaches {to} through {via}, which passes on requests for {names}.',
  R608: '{from} can ask {via} where {to} is: it holds the name {names}.',
  R609: '{from} also meets {to} on {via}, by the long name only: {names}.',
  R611: 'What {from} writes to the volume {via}, {to} reads.',
  R612: 'What {from} writes below {via} on the machine, {to} reads.',
  R613: 'A volume keeps its files in {via} on the machine: what {from} writes there, {to} reads.',
  R621: '{from} holds the engine’s socket ({via}): it can command every container and undo every block.',
  R622: '{from} is privileged: it can take over the machine and undo every block.',
  R623: '{from} sees the processes of {to} and can end them (shared process ids).',
  R624: '{from} and {to} share memory for interprocess communication.',
  R625: '{from} has the right {via}: it can mount file systems and do most of what the machine’s administrator can, and so undo every block.',
  R626: '{from} has the right {via}: it can load code into the machine’s kernel, and so take over everything.',
  R627: '{from} has the right {via}: it can read every file of the machine, those of all containers included.',
  R628: '{from} uses the network of the machine itself and has the right {via}: it can change the machine’s firewall and undo every block.',
  R629: '{from} has the right {via} in the network stack that it shares with {to}: it can change the addresses and rules of both.',
  R630: '{from} has the right to change its own network (NET_ADMIN): on {via} it can take the address of another, which a rule by address may not notice.',
  R631: '{from} sends its commands for an engine to {via}, which holds this engine’s socket (DOCKER_HOST): it can do what that lets through.',
  R632: '{from} is set up to command an engine at {via}, an address of this machine (DOCKER_HOST): if the engine listens there, it can command every container.',
  R633: '{from} has the right {via} and sees the processes of {to}: it can read their memory and change what they do.',
  R634: '{from} may send packets under a forged address on {via} (NET_RAW, which Docker gives unless it is dropped).',

  R801: '{via} uses the driver “{driver}”, which Bulkhead cannot judge yet.',
  R802: '{via} is a Swarm overlay network, which Bulkhead cannot judge yet.',
  R803: '{via} uses {driver} in a mode that Bulkhead does not know.',
  R804: '{via} is not among the networks the engine lists.',
  R805: '{via} has gateway settings of its own (gateway_mode or inhibit_ipv4) whose effect is not known here.',
  R806: '{via} lets chosen outside interfaces in (trusted_host_interfaces): who has a route to it from there reaches {ports} of {to}.',
  R810: 'This engine is Podman without root: beyond a shared network, Bulkhead cannot judge its ways yet.',
  R811: 'This engine runs without root in a network of its own: how the machine and its containers reach each other is not known.',

  R820: 'A firewall rule on the machine, not one of the engine’s, stops this: {filter}',
  R821: 'A firewall rule on the machine lets this through before the engine would drop it: {filter}',
  R822: 'Whether a firewall rule on the machine stops this cannot be told: {filter}',
  R823: 'A firewall rule inside the network of {from} or {to} stops this: {filter}',
  R824: 'Whether a firewall rule inside the network of {from} or {to} stops this cannot be told: {filter}',
  R825: 'Nothing in the machine’s firewall keeps {from} from its services at {address}.',
  R826: 'Nothing in the machine’s firewall keeps {from} from its services at {address}; whether it gets as far depends on the router before this machine.',
  R827: 'Part of a firewall could not be read ({filter}), so whether it stops this is not known.',
  R828: 'A firewall rule sends these connections somewhere else, so what they reach is not known: {filter}',

  R870: '{from} and {to} are on different networks of Podman, which separates only those made to be isolated; whether they are, it does not reliably tell.',
  R871: '{to} publishes {ports}, and Podman sends {from} on to it from {address}, because both are on one network.',
  R872: '{to} publishes {ports} at {address}, but Podman redirects nothing there.',
  R873: '{to} publishes {ports} at an address that stands for all of one family; some versions of Podman redirect nothing then.',
  R874: 'Podman lets in who outside has a route to {via}: every port of {to}.',

  R901: 'Blocked by your rule {policy}.',
  R902: 'Blocked by your rule {policy}, because one network stack is shared: the rule holds for everyone in it.',
  R903: 'Your rule {policy} is being applied; until then nothing is changed.',
  R904: 'Your rule {policy} could not be applied: for now the way is as if there were no rule.',
  R905: 'An endpoint cannot be cut off from itself.',
  R906: '{from} and {to} share one network stack; no firewall can stand between them.',
  R907: '{to} uses the network of the machine itself; a firewall cannot tell it from the machine and its other services.',
  R908: '{from} uses the network of the machine itself; a firewall cannot tell its packets from those of the machine.',
} as const;

/** Id of a rule of SPEC.md. */
export type RuleId = keyof typeof REASONS;

const parsed = new Map<RuleId, readonly string[]>();

/** Text and parameter names of a sentence by turns, text first. */
function partsOf(rule: RuleId): readonly string[] {
  let parts = parsed.get(rule);
  if (!parts) parsed.set(rule, (parts = REASONS[rule].split(/[{}]/)));
  return parts;
}

/** Fills the rule's sentence; parameters the sentence does not name are left out of the reason. */
export function reason(rule: RuleId, params: Readonly<Record<string, string>>): Reason {
  const used: Record<string, string> = {};
  let text = '';
  partsOf(rule).forEach((part, at) => {
    if (at % 2 === 0) text += part;
    else text += used[part] = params[part] ?? '';
  });
  return { rule, text, params: used };
}
