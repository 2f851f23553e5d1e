/**
 * Who knows whom by which names: predicted, and asked of the engine's own DNS, hosts files and environments, for every
 * ordered pair and every name that anybody has, those included that must not be found.
 */
import { join } from 'node:path';
import { namesFor, type KnownName } from '../../shared/reachability/index.ts';
import { isContainer, type ContainerEndpoint, type Topology } from '../../shared/topology/model.ts';
import type { RunningEngine } from '../engines/engine.ts';
import type { Census, Member } from './census.ts';
import { familyOf } from './rows.ts';

const PROGRAM = join(import.meta.dirname, 'names.pl');

export interface NamesCompared {
  /** from × to × name: what was asked for, or stood in a hosts file or an environment. */
  readonly compared: number;
  /** Of these, how many are known on the engine. */
  readonly known: number;
  /** Ordered pairs that the engine has on one network with names: at least as many names must be known. */
  readonly neighbours: number;
  readonly disagreements: readonly string[];
  /** Pairs in which all is as predicted, and something is known. */
  readonly agreed: readonly { readonly from: string; readonly to: string }[];
}

/** What was found out, by container. */
export interface NamesMeasured {
  /** What was asked for. */
  readonly names: readonly string[];
  /** Addresses of both families by name; only of names that were answered with some. */
  readonly dns: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  readonly hosts: ReadonlyMap<string, readonly { readonly address: string; readonly names: readonly string[] }[]>;
  /** Names of variables that nobody asked for. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

/** What nobody may be called, whatever exists. */
const NOBODY = ['nobody', 'localhost.nowhere', 'tasks.nobody'];

/** Asks from everybody who can be asked, `more` names besides those that anybody has. */
export async function measureNames(
  engine: RunningEngine,
  { members }: Census,
  more: readonly string[] = [],
): Promise<NamesMeasured> {
  const askers = members.filter(({ askable }) => askable);
  const names = [...new Set([...members.flatMap((one) => namesOf(one, members)), ...NOBODY, ...more])].filter(
    isAskable,
  );
  // One of each stack: the others ask the same server from the same place.
  const stacks = new Map(askers.map((one) => [one.stack, one]));
  const ownIds = (stack: string): readonly string[] =>
    askers.filter((one) => one.stack === stack).map(({ info }) => info.Id.slice(0, 12));
  const pid = ({ info }: Member): string => String(info.State.Pid);
  const input = [
    ...names.map((name) => `name ${name}`),
    ...[...stacks.values()].map((one) => ['ask', one.stack, pid(one), ...ownIds(one.stack)].join(' ')),
    ...askers.map((one) => `read ${one.name} ${pid(one)}`),
  ];
  const { code, stdout, stderr } = await engine.exec(['perl', PROGRAM], { input: `${input.join('\n')}\n` });
  if (code !== 0) throw new Error(`Asking for names failed (${String(code)}): ${stderr}`);
  const said = wordsBy(stdout);
  // In host mode a container starts with the machine's own file.
  const usual = new Set(said('hosts', '-').map((words) => words.join(' ')));
  return {
    names,
    dns: new Map(
      askers.map(({ name, stack }) => [
        name,
        new Map(said('dns', stack).map(([asked = '', ...addresses]) => [asked, addresses])),
      ]),
    ),
    hosts: new Map(
      askers.map(({ name }) => [
        name,
        said('hosts', name)
          .filter((words) => !usual.has(words.join(' ')))
          .map(([address = '', ...own]) => ({ address, names: own })),
      ]),
    ),
    variables: new Map(
      askers.map(({ name, info }) => {
        // The engine says null where there is none.
        const given = ((info.Config.Env as readonly string[] | null) ?? []).map((text) => text.split('=')[0] ?? '');
        const asked = new Set(['PATH', 'HOSTNAME', 'HOME', ...given]);
        return [
          name,
          said('env', name)
            .flat()
            .filter((one) => !asked.has(one)),
        ];
      }),
    ),
  };
}

/** The further words of the lines that begin with a word and an id. */
function wordsBy(text: string): (word: string, id: string) => readonly (readonly string[])[] {
  const found = new Map<string, string[][]>();
  for (const line of text.split('\n')) {
    const [word = '', id = '', ...rest] = line.split(' ');
    const key = `${word} ${id}`;
    const known = found.get(key);
    if (known) known.push(rest);
    else found.set(key, [rest]);
  }
  return (word, id) => found.get(`${word} ${id}`) ?? [];
}

/** Whose names are known: a container, or the machine. */
type Known = Pick<Member, 'name' | 'stack' | 'addresses'> & { readonly hostsPath: string };

/** Compares all of it with what the product says. */
export function compareNames(topology: Topology, census: Census, measured: NamesMeasured): NamesCompared {
  const { members, machineStack, machineAddresses } = census;
  const ids = new Map(topology.endpoints.map(({ id, name }) => [name, id]));
  const everybody: readonly Known[] = [
    ...members.map((one) => ({ ...one, hostsPath: one.info.HostsPath })),
    { name: 'host', stack: machineStack, addresses: machineAddresses, hostsPath: '/etc/hosts' },
  ];
  const disagreements: string[] = [];
  const agreed: { from: string; to: string }[] = [];
  let [compared, known] = [0, 0];
  for (const from of members.filter(({ askable }) => askable)) {
    const variables: string[] = [];
    const leftOver = leftOverIn(from, members);
    for (const to of everybody) {
      if (to.name === from.name) continue;
      const predicted = namesFor(topology, ids.get(from.name) ?? '', ids.get(to.name) ?? '');
      const byHow = (how: KnownName['how']): readonly string[] =>
        predicted.filter((one) => one.how === how).map(({ name }) => name);
      variables.push(...byHow('env'));
      const answered = answersOf(measured, from, to);
      // In the file that both have, the names of its owner are no news.
      const sameFile = to.hostsPath === from.info.HostsPath || (to.stack === from.stack && to.stack !== '');
      const written = sameFile ? [] : entriesOf(measured, from, to).filter((name) => !leftOver.names.has(name));
      const wrong = [
        ...lookedUp(topology, { from, to }, predicted, answered, measured),
        ...(sameFile ? [] : difference(`${from.name} → ${to.name} by hosts file`, byHow('hosts'), written)),
      ];
      const found = new Set([...answered.map(({ name }) => name), ...written]);
      compared += new Set([...measured.names, ...written]).size;
      known += found.size;
      disagreements.push(...wrong);
      if (wrong.length === 0 && found.size > 0) agreed.push({ from: from.name, to: to.name });
    }
    const injected = (measured.variables.get(from.name) ?? []).filter(
      (name) => !leftOver.prefixes.some((prefix) => name.startsWith(prefix)),
    );
    compared += injected.length;
    known += injected.length;
    disagreements.push(
      ...difference(`${from.name} by its environment`, variables, injected),
      ...strangers(from, census, measured),
    );
  }
  return { compared, known, neighbours: neighboursIn(members), disagreements, agreed };
}

interface Answered {
  readonly name: string;
  readonly address: string;
}

function answersOf({ names, dns }: NamesMeasured, from: Member, to: Known): readonly Answered[] {
  return names.flatMap((name) =>
    (dns.get(from.name)?.get(name) ?? [])
      .filter((address) => to.addresses.includes(address))
      .map((address) => ({ name, address })),
  );
}

function entriesOf({ hosts }: NamesMeasured, from: Member, to: Known): readonly string[] {
  return (hosts.get(from.name) ?? [])
    .filter(({ address }) => to.addresses.includes(address))
    .flatMap(({ names }) => names);
}

/** Lines for what the DNS answers otherwise than predicted: names, the addresses behind them, whether others share them. */
function lookedUp(
  topology: Topology,
  { from, to }: { readonly from: Member; readonly to: Known },
  predicted: readonly KnownName[],
  answered: readonly Answered[],
  { dns }: NamesMeasured,
): readonly string[] {
  const pair = `${from.name} → ${to.name}`;
  const told = predicted.filter(({ how }) => how === 'dns');
  const text = ({ name, address }: Answered): string => `${name} (${address})`;
  const said = told.flatMap((one) =>
    addressesBehind(topology, to.name, one).map((address) => ({ name: one.name, address })),
  );
  const nowhere = told.filter((one) => addressesBehind(topology, to.name, one).length === 0);
  const isShared = (one: KnownName): boolean =>
    [...new Set(addressesBehind(topology, to.name, one).map(familyOf))].some(
      (family) => (dns.get(from.name)?.get(one.name) ?? []).filter((each) => familyOf(each) === family).length > 1,
    );
  return [
    ...difference(pair, said.map(text), answered.map(text)),
    ...nowhere.map(({ name }) => `${pair}: "${name}" is predicted without an address`),
    ...told
      .filter((one) => answered.some(({ name }) => name === one.name) && isShared(one) !== (one.shared ?? false))
      .map(
        ({ name, shared = false }) =>
          `${pair}: "${name}" is predicted ${shared ? 'with' : 'without'} others’ addresses`,
      ),
  ];
}

/** Both in one, as a comparison of worlds wants it. */
export async function askNames(engine: RunningEngine, census: Census, topology: Topology): Promise<NamesCompared> {
  return compareNames(topology, census, await measureNames(engine, census));
}

function difference(pair: string, predicted: readonly string[], measured: readonly string[]): readonly string[] {
  const [said, found] = [new Set(predicted), new Set(measured)];
  return [
    ...[...found].filter((name) => !said.has(name)).map((name) => `${pair}: ${name} is known, not predicted`),
    ...[...said].filter((name) => !found.has(name)).map((name) => `${pair}: ${name} is predicted, not known`),
  ];
}

/** The addresses that a name of an endpoint is answered with: those on the network whose names answer. */
function addressesBehind(topology: Topology, name: string, { via, only }: KnownName): readonly string[] {
  const ids = topology.networks.filter((one) => one.name === via).map(({ id }) => id);
  const to = topology.endpoints.filter(isContainer).find((one) => one.name === name);
  const owner = to && ownerOf(topology, to);
  return (owner?.attachments ?? [])
    .filter(({ networkId }) => ids.includes(networkId))
    .flatMap(({ ipv4, ipv6 }) => (only === 6 ? [ipv6] : [ipv4, ipv6]).filter((one) => one !== null));
}

/** Whose stack a container is in. */
function ownerOf(topology: Topology, container: ContainerEndpoint): ContainerEndpoint {
  const { networkMode: mode } = container;
  const owner = mode.kind === 'container' ? topology.endpoints.find(({ id }) => id === mode.containerId) : undefined;
  return owner && isContainer(owner) && owner !== container ? ownerOf(topology, owner) : container;
}

/** Answers that lead to nobody. */
function strangers(from: Member, { members }: Census, { dns }: NamesMeasured): readonly string[] {
  const everybody = new Set(members.flatMap(({ addresses }) => addresses));
  return [...(dns.get(from.name) ?? [])].flatMap(([name, addresses]) =>
    addresses
      .filter((address) => !everybody.has(address))
      .map((address) => `${from.name}: "${name}" is answered with ${address}, which nobody has`),
  );
}

interface LinkText {
  readonly target: string;
  readonly alias: string;
}

/** Links on the default bridge, as the engine tells them. */
function linksOf({ info }: Pick<Member, 'info'>): readonly LinkText[] {
  return (info.HostConfig.Links ?? []).map((text) => {
    const [target = '', alias = ''] = text.split(':');
    return { target: target.replace(/^\//, ''), alias: alias.slice(alias.lastIndexOf('/') + 1) };
  });
}

/**
 * What a container was told of those who are gone by now: their lines stay in its hosts file, which is the one of its
 * stack's owner, and their variables in its environment (SPEC, below R609).
 */
function leftOverIn(
  from: Member,
  members: readonly Member[],
): { readonly names: ReadonlySet<string>; readonly prefixes: readonly string[] } {
  const isGone = ({ target }: LinkText): boolean => (members.find(({ name }) => name === target)?.stack ?? '') === '';
  const links = members.filter(({ stack }) => stack === from.stack).flatMap(linksOf);
  const names = links.filter(isGone).flatMap(({ target, alias }) => {
    const host = members.find(({ name }) => name === target)?.info.Config.Hostname ?? '';
    return [alias, target, host];
  });
  const prefixes = linksOf(from)
    .filter(isGone)
    .map(({ alias }) => `${alias.toUpperCase().replaceAll('-', '_')}_`);
  return { names: new Set(names), prefixes };
}

/**
 * Every name that a container has anywhere, plain and with each of its networks behind it, and its first with one that is
 * not its own.
 */
function namesOf({ name, info }: Member, members: readonly Member[]): readonly string[] {
  const networks = Object.entries(info.NetworkSettings.Networks);
  const own = networks.map(([network]) => network);
  const others = members.flatMap((one) => Object.keys(one.info.NetworkSettings.Networks));
  const foreign = others.find((network) => !own.includes(network));
  const plain = new Set([
    name,
    info.Id.slice(0, 12),
    info.Config.Hostname,
    ...networks.flatMap(([, { Aliases, DNSNames }]) => [...(Aliases ?? []), ...(DNSNames ?? [])]),
    ...networks.flatMap(([, { Links }]) => (Links ?? []).map((text) => text.split(':')[1] ?? '')),
    ...linksOf({ info }).map(({ alias }) => alias),
  ]);
  return [
    ...[...plain].flatMap((one) => [one, ...own.map((network) => `${one}.${network}`)]),
    ...(foreign === undefined ? [] : [`${name}.${foreign}`]),
  ];
}

/** A question has no place for others. */
function isAskable(name: string): boolean {
  return /^\S+$/.test(name) && name.split('.').every((label) => label !== '' && Buffer.byteLength(label) < 64);
}

/** The default bridge has no names, and who is in host mode has none. */
function neighboursIn(members: readonly Member[]): number {
  const named = ({ info }: Member): readonly string[] =>
    Object.entries(info.NetworkSettings.Networks)
      .filter(([name, { IPAddress }]) => !['bridge', 'host', 'none'].includes(name) && IPAddress !== '')
      .map(([name]) => name);
  return members
    .filter(({ askable }) => askable)
    .flatMap((from) => members.filter((to) => to !== from && named(to).some((name) => named(from).includes(name))))
    .length;
}
