/** Policies, the world they are put on, and by a hand of its own what each must stop there: every row else stays as it was. */
import type { Change } from '../../shared/contract/schemas.ts';
import { containersOf, publishOf, type WorldPlan } from './plan.ts';
import { familyOf, isZone, type Row } from './rows.ts';

export const POLICY_WORLD: WorldPlan = {
  networks: { front: { ipv6: true }, back: {} },
  containers: {
    web: { on: 'front', publish: ['8080:80', '8053:53/udp'], expose: ['443'] },
    side: { on: 'container:web' },
    api: { on: 'front back', expose: ['9000', '53/udp', '55/udp'] },
    db: { on: 'back', expose: ['5433'], publish: ['15432:5432'] },
    agent: { on: 'host' },
    // Before 26 the default bridge has no working IPv6 address while nobody is on it.
    mail: 'bridge',
  },
};

/** One row, as a rule would speak of it. */
export interface Attempted {
  readonly from: string;
  readonly to: string;
  readonly protocol: Row['protocol'];
  /** The port inside the target, wherever it is called. */
  readonly port: number;
  /** Whether docker-proxy stands between: the machine calls the target then, whoever called the machine. */
  readonly isProxied: boolean;
}

export interface PolicyCase {
  readonly says: string;
  readonly changes: readonly Change[];
  /** Of SPEC.md, that must take part. */
  readonly rules: readonly string[];
  readonly stops: (attempted: Attempted) => boolean;
}

/** Who stands and falls together: one stack has one set of rules. */
const WEB = ['web', 'side'];
const MACHINE = ['host', 'agent'];
/** Whom the guarded posture keeps: every stack but the machine's own. */
const GUARDED = [...WEB, 'api', 'db', 'mail'];

const block = (from: string, to: string, ...ports: readonly string[]): Change => ({
  action: 'block',
  from,
  to,
  ...(ports.length > 0 ? { ports: [...ports] } : {}),
});
const allow = (from: string, to: string, ...ports: readonly string[]): Change => ({
  action: 'allow',
  from,
  to,
  ports: [...ports],
});
const among = (names: readonly string[], name: string): boolean => names.includes(name);
/** Whether one of them calls or is called by anybody who is not one of them. */
const touches = (names: readonly string[], { from, to }: Attempted): boolean => among(names, from) || among(names, to);

export const POLICY_CASES: readonly PolicyCase[] = [
  {
    says: 'a whole pair',
    rules: ['R901'],
    changes: [block('api', 'db')],
    stops: ({ from, to }) => from === 'api' && to === 'db',
  },
  {
    says: 'a whole pair whose target shares its stack',
    rules: ['R901'],
    changes: [block('api', 'web')],
    stops: ({ from, to }) => from === 'api' && among(WEB, to),
  },
  {
    says: 'one port, direct and published',
    rules: ['R909'],
    changes: [block('api', 'db', 'tcp/5432')],
    stops: ({ from, to, protocol, port }) => from === 'api' && to === 'db' && protocol === 'tcp' && port === 5432,
  },
  {
    says: 'one port through the side door alone',
    rules: ['R909'],
    changes: [block('mail', 'db', 'tcp/5432')],
    stops: ({ from, to, protocol, port }) => from === 'mail' && to === 'db' && protocol === 'tcp' && port === 5432,
  },
  {
    says: 'everything but one port',
    rules: ['R910'],
    changes: [block('api', 'db'), allow('api', 'db', 'tcp/5432')],
    stops: ({ from, to, protocol, port }) => from === 'api' && to === 'db' && !(protocol === 'tcp' && port === 5432),
  },
  {
    says: 'a range of UDP ports',
    rules: ['R909'],
    changes: [block('web', 'api', 'udp/50-54')],
    stops: ({ from, to, protocol, port }) =>
      among(WEB, from) && to === 'api' && protocol === 'udp' && port >= 50 && port <= 54,
  },
  {
    says: 'a published UDP port',
    rules: ['R909'],
    changes: [block('mail', 'web', 'udp/53')],
    stops: ({ from, to, protocol, port }) => from === 'mail' && among(WEB, to) && protocol === 'udp' && port === 53,
  },
  {
    says: 'pings',
    rules: ['R909'],
    changes: [block('web', 'api', 'icmp')],
    stops: ({ from, to, protocol }) => among(WEB, from) && to === 'api' && protocol === 'icmp',
  },
  {
    says: 'to the machine',
    rules: ['R901', 'R902'],
    changes: [block('web', 'host')],
    stops: ({ from, to }) => among(WEB, from) && among(MACHINE, to),
  },
  {
    says: 'from the machine',
    rules: ['R901', 'R902', 'R920'],
    changes: [block('host', 'db')],
    stops: ({ from, to, isProxied }) => to === 'db' && (among(MACHINE, from) || isProxied),
  },
  {
    says: 'to the internet',
    rules: ['R901'],
    changes: [block('api', 'internet')],
    stops: ({ from, to }) => from === 'api' && to === 'internet',
  },
  {
    says: 'one port from the network around',
    rules: ['R909'],
    changes: [block('lan', 'web', 'tcp/80')],
    stops: ({ from, to, protocol, port }) => from === 'lan' && among(WEB, to) && protocol === 'tcp' && port === 80,
  },
  {
    says: 'quick isolation',
    rules: ['R911'],
    changes: [{ action: 'isolate', name: 'db' }],
    stops: (row) => touches(['db'], row),
  },
  {
    says: 'isolation from the internet',
    rules: ['R912'],
    changes: [{ action: 'isolate', name: 'web', only: 'internet' }],
    stops: (row) => touches(WEB, row) && (row.from === 'internet' || row.to === 'internet'),
  },
  {
    says: 'a guarded network with one port allowed',
    rules: ['R913', 'R914', 'R920'],
    changes: [{ action: 'guard', name: 'network:back' }, allow('api', 'db', 'tcp/5432')],
    stops: (row) =>
      touches(['api', 'db'], row) &&
      !(row.from === 'api' && row.to === 'db' && row.protocol === 'tcp' && row.port === 5432 && !row.isProxied),
  },
  {
    says: 'one port of a shared stack, whoever of it is called',
    rules: ['R909', 'R917'],
    changes: [block('api', 'web', 'tcp/80')],
    stops: ({ from, to, protocol, port }) => from === 'api' && among(WEB, to) && protocol === 'tcp' && port === 80,
  },
  {
    says: 'the guarded posture',
    rules: ['R915'],
    changes: [{ action: 'guard', name: 'posture' }],
    stops: (row) => touches(GUARDED, row),
  },
  {
    says: 'the guarded posture with one port of a shared stack allowed',
    rules: ['R915', 'R916'],
    changes: [{ action: 'guard', name: 'posture' }, allow('api', 'web', 'tcp/80')],
    stops: (row) =>
      touches(GUARDED, row) &&
      !(row.from === 'api' && among(WEB, row.to) && row.protocol === 'tcp' && row.port === 80 && !row.isProxied),
  },
];

/** Ports of the machine by what they lead to: `tcp 8080` → 80. */
const INSIDE: ReadonlyMap<string, number> = new Map(
  containersOf(POLICY_WORLD).flatMap(([, { publish = [] }]) =>
    publish.map(publishOf).map(({ protocol, hostPort, port }) => [`${protocol} ${String(hostPort)}`, port] as const),
  ),
);

/**
 * A row in the words of a case.  Published ports of this world are nobody's ports inside.  Engines up to 28 redirect what
 * comes from outside, where the target has an address of that family; all else at a published port docker-proxy takes.
 */
export function attempted(
  { from, to, protocol, port, address }: Row,
  { proxy }: { readonly proxy: boolean },
): Attempted {
  const inside = INSIDE.get(`${protocol} ${String(port)}`);
  const family = familyOf(address);
  const isRedirected = isZone(from) && to.stack.addresses.some((one) => familyOf(one) === family);
  return {
    from: from.name,
    to: to.name,
    protocol,
    port: inside ?? port,
    isProxied: proxy && inside !== undefined && !isRedirected,
  };
}

/** One and the same stack talks to itself whatever the policy. */
export function isWithinOneStack({ from, to }: Row): boolean {
  return from.stack === to.stack;
}
