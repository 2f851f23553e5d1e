/** The words of what stands in the way of a block. Each is described in SPEC.md. */
import type { Obstacle } from './model.ts';

type Params = Readonly<Record<string, string>>;

/** Id → severity and English text; `{name}` is replaced by the parameter of that name. */
export const OBSTACLES = {
  S1: {
    severity: 'stop',
    text: 'Through the machine outside this engine, {zone} reaches {name} under an address that no rule here can tell. Do not publish its ports, or bind them to an address that {zone} cannot reach.',
  },
  S2: { severity: 'stop', text: '{from} always reaches itself.' },
  S3: { severity: 'stop', text: '{from} and {to} share one network stack: no firewall stands between them.' },
  S4: {
    severity: 'stop',
    text: '{from} uses the network of the host itself: its packets cannot be told from those of the host.',
  },
  S5: {
    severity: 'stop',
    text: '{to} uses the network of the host itself: a block would close the host as well.',
  },
  S6: { severity: 'stop', text: '{name} joins the network of a container that is no longer there.' },
  S7: {
    severity: 'stop',
    text: 'The Swarm service {service} has tasks on other nodes, and what they send to {to} does not pass here, or comes under an address that is not theirs: block it on those nodes as well. Its tasks on this node are containers of their own.',
  },
  S8: {
    severity: 'stop',
    text: '{to} is a task of the Swarm service {service}: through the service’s own address or its published ports {from} gets there under another address, which no rule can tell. Block the whole service instead: service:{service}.',
  },
  S9: { severity: 'stop', text: '{name} is isolated, which stands above every rule: release it first.' },
  S12: {
    severity: 'stop',
    text: 'Other rules let {from} reach {to}, and a Swarm service is blocked only together with its tasks on this node.',
  },
  T1: {
    severity: 'stop',
    text: 'They share no network that could be split. What passes between them goes by other ways, which only the firewall closes.',
  },
  T2: {
    severity: 'stop',
    text: 'They share {network}, whose driver ({driver}) knows no second network of its kind: it cannot be split.',
  },
  T3: {
    severity: 'stop',
    text: '{name} belongs to a Swarm service: the Swarm decides its networks and makes it anew.',
  },
  T4: { severity: 'stop', text: '{name} is on both sides: no network can keep it from itself.' },
  T5: {
    severity: 'stop',
    text: '{name} has no networks of its own: it uses those of another container, of the machine, or none.',
  },
  T6: { severity: 'stop', text: 'There is no link from the one to the other that could be removed.' },
  T7: {
    severity: 'stop',
    text: '{name} would lose {files} changed files of its own layer when it is made anew. Commit it to an image, or move them to a volume first.',
  },
  T8: { severity: 'stop', text: '{name} removes itself when it stops (--rm), so it cannot be made anew.' },
  T9: { severity: 'stop', text: 'Separate networks and removed links know no single ports: use the firewall.' },
  T10: { severity: 'stop', text: '{name} does not run with {what} any more: there is nothing to take away.' },
  T11: {
    severity: 'stop',
    text: '{others} share something with {name} (its network, processes or memory) or are linked to it, and would lose that when it is made anew.',
  },
  T12: {
    severity: 'stop',
    text: '{name} has {what} from another container (--volumes-from): take it from that one first.',
  },
  T13: {
    severity: 'warn',
    text: '{name} cannot command the engine any more, nor see what it does: dashboards, proxies and updaters that live by that stop working. To mount the socket read-only instead would not help, because commands go over it all the same.',
  },
  T14: {
    severity: 'warn',
    text: 'Devices of the machine, mounts and kernel settings are out of the reach of {name} then. If it needs one of them, give it that one device or capability.',
  },
  T15: {
    severity: 'warn',
    text: '{name} sees its own processes alone: what watches or ends programs of the machine stops working.',
  },
  T16: {
    severity: 'warn',
    text: '{name} cannot change its addresses, routes and packet filters any more: a VPN or a firewall in it stops working.',
  },
  T17: {
    severity: 'warn',
    text: '{name} gets an address of its own, and its 127.0.0.1 is no longer the machine’s: what it calls there, and who calls it there, must use another address.',
  },
  T18: {
    severity: 'warn',
    text: 'Nobody calls {name} at the machine’s ports any more. Not published: {ports}.',
  },
  T19: {
    severity: 'warn',
    text: 'At which ports {name} listens is not known, because neither it nor its image declares any: none is published, and nobody calls it at the machine’s any more. Publish some afterwards by running it again with changes.',
  },
  T20: {
    severity: 'warn',
    text: 'Compose made {name}, and makes it as the file says again as soon as it makes it anew (after a change there, after down and up, with --force-recreate). To keep it so, take {line} out of the service {service} in {file}.',
  },
  T21: {
    severity: 'warn',
    text: 'There is no {name} any more (removed, or called otherwise): nothing is given back to it.',
  },
  T22: { severity: 'warn', text: '{name} is not connected to {network} again: that network is gone.' },
  T23: { severity: 'warn', text: 'The network {network} stays, because others have joined it since: {others}.' },
  T24: { severity: 'warn', text: '{name} is not linked to {target} again: there is no such container any more.' },
  T25: {
    severity: 'warn',
    text: 'The links of {name} stay removed: made anew it would lose {files} changed files of its own layer. Commit it to an image, or move them to a volume, and undo that change in the history first if you want the links back.',
  },
  T26: {
    severity: 'warn',
    text: 'The links of {name} stay removed: it removes itself when it stops (--rm), so it cannot be made anew.',
  },
  T27: {
    severity: 'warn',
    text: 'Containers that run without a power since then stay so: {names}. No power is given back unasked; undo those changes in the history first if you want that.',
  },
  T28: {
    severity: 'warn',
    text: '{aside} does not get its name {name} back, because another container is called so by now: remove or rename one of them.',
  },
  S10: { severity: 'stop', text: '{what} was changed again since, by {entry}: undo that first.' },
  S11: { severity: 'stop', text: '{what} is not as that change left it: the policy file was changed since.' },
  P1: {
    severity: 'warn',
    text: 'Open for that time, whatever your policy says (ordered pairs: {count}): {pairs}.',
  },
  P2: {
    severity: 'warn',
    text: 'Networks that were separated and links that were removed stay as they are: that is no firewall.',
  },
  P3: {
    severity: 'warn',
    text: 'The guard is paused: this is saved now, and in force when it is resumed.',
  },
  P4: {
    severity: 'warn',
    text: 'Whoever runs Bulkhead then resumes it; if none runs, it is resumed at the next start. Until then the machine stays open, also when it is started anew.',
  },
  P5: {
    severity: 'warn',
    text: 'Open afterwards, since nothing blocks it any more (ordered pairs: {count}): {pairs}.',
  },
  P6: {
    severity: 'warn',
    text: 'Others guard this engine as well, and what they hold goes too, until they put it back: {others}.',
  },
  W1: {
    severity: 'warn',
    text: '{name} may change its own network (NET_ADMIN) and can undo the rules inside it. The rules in {other} and on the host still hold.',
  },
  W2: { severity: 'warn', text: '{name} is privileged: it can take over the host and undo every rule.' },
  W3: { severity: 'warn', text: '{name} holds the engine’s socket ({path}): it can undo every rule.' },
  W4: { severity: 'warn', text: 'Both mount {source} and {from} may write there: data still passes.' },
  W5: { severity: 'warn', text: '{other} shares the network of {name}: the block holds for both.' },
  W6: {
    severity: 'warn',
    text: '{name} publishes {ports}: through the machine outside this engine, where its address can no longer be told, {from} may still reach it. Do not publish it, or bind it to an address {from} cannot reach.',
  },
  W7: {
    severity: 'warn',
    text: 'Where the engine relays a published port itself (docker-proxy), it calls {name} from the host: who comes that way, by an address of the machine, is shut out as well ({ports}).',
  },
  W8: {
    severity: 'warn',
    text: 'Names outside are looked up from inside {name}: if its name server is in {zone}, they cannot be looked up any more.',
  },
  W9: {
    severity: 'warn',
    text: '{name} may change its own network (NET_ADMIN) and can undo the rules inside it. Those on the host still hold, except on networks that do not pass it (macvlan, ipvlan, overlay).',
  },
  W10: {
    severity: 'warn',
    text: 'A rule lets {from} reach {name}, but published ports that the engine relays itself (docker-proxy) stay shut this way: {ports}. The relay calls from the machine, which may not reach {name}. Allow host → {name} as well to open them.',
  },
  W11: {
    severity: 'warn',
    text: '{service} publishes {ports} at other nodes of the Swarm too ({nodes}). What {from} sends to their addresses that the managers know is stopped; by others, if they have any, it may still get there.',
  },
  W12: {
    severity: 'warn',
    text: '{service} publishes {ports} at other nodes of the Swarm too ({nodes}), and {zone} may still get there through them: block it on those nodes as well.',
  },
  W13: {
    severity: 'warn',
    text: 'Podman puts an address of the machine in place of those of containers on other networks: these are shut out of {name} as well.',
  },
} as const satisfies Record<string, { severity: Obstacle['severity']; text: string }>;

export function obstacle(rule: keyof typeof OBSTACLES, params: Params): Obstacle {
  const { severity, text } = OBSTACLES[rule];
  return { rule, severity, params, text: text.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '') };
}
