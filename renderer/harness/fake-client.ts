/** The whole contract over the made-up engine, through the same typed client as the real one. */
import { createRouterClient, implement, ORPCError } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import type { ContainerView } from '../../shared/contract/containers.ts';
import type {
  Change,
  EndpointView,
  EngineState,
  MatrixFrame,
  ProbeView,
  TrafficHits,
  TrafficView,
} from '../../shared/contract/schemas.ts';
import type { SettingsView } from '../../shared/contract/settings.ts';
import type { ErrorShape } from '../../shared/errors.ts';
import { DEFAULT_SETTINGS, patched } from '../../shared/settings.ts';
import { understand } from '../../shared/settings-schema.ts';
import type { Client } from '../src/lib/client-context.tsx';
import { added, madeUpHistory } from './fake-journal.ts';
import { cellsOf, explainCell, makeContainers, networkViews, ZONE_VIEWS, type FakeOptions } from './fake-world.ts';

const ABSENT: ErrorShape = {
  code: 'ENGINE_ABSENT',
  message: 'No container engine was found on this machine.',
  hint: 'Start Docker, or give the address of an engine below.',
};

export function createFakeClient(options: FakeOptions): Client {
  let containers = makeContainers(options.containers);
  let phase = options.phase;
  const held = options.guard === 'holding';
  const denied = new Set<string>();
  for (const index of [1, 2, 5]) {
    const [from, to] = [containers[index], containers[index + 3]];
    if (from && to) denied.add(`${from.id} ${to.id}`);
  }
  let revision = 0;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    revision += 1;
    for (const listener of listeners) listener();
  };
  const endpoints = (): EndpointView[] => [
    ...containers.map(({ startedAt: _s, finishedAt: _f, createdAt: _c, published: _p, ...view }) => view),
    ...ZONE_VIEWS,
  ];
  const find = (id: string): EndpointView => {
    const endpoint = endpoints().find((candidate) => candidate.id === id);
    if (endpoint) return endpoint;
    throw refuse({ code: 'NOT_FOUND', message: 'That endpoint is no longer there.', hint: 'Choose another cell.' });
  };

  let settings: SettingsView = {
    settings: DEFAULT_SETTINGS,
    trouble: { aside: [], strange: [], error: null },
    firstRun: false,
  };
  let history = options.containers === 0 ? [] : madeUpHistory();
  const sidesOf = (input: Change): readonly [from: EndpointView, to: EndpointView] => {
    if (input.action === 'undo' || input.action === 'pause' || input.action === 'resume' || input.action === 'clear')
      return [find(containers[0]?.id ?? ''), find(containers[1]?.id ?? '')];
    if ('name' in input) {
      const own = containers.find(({ id, isolation }) => id === input.name || isolation?.by === input.name);
      const one = own ?? find(input.name);
      return [one, one];
    }
    return [find(input.from), find(input.to)];
  };

  const isolate = ({ action, name, only }: Extract<Change, { action: 'isolate' | 'release' }>): void => {
    containers = containers.map(({ isolation, ...one }) => {
      if (action === 'release') return isolation && isolation.by !== name ? { ...one, isolation } : one;
      if (one.id !== name) return isolation ? { ...one, isolation } : one;
      return { ...one, isolation: { from: only ?? 'everything', by: `container:${one.name}` } };
    });
  };

  async function* changes<T>(read: () => T, signal?: AbortSignal): AsyncGenerator<T, void, void> {
    yield read();
    while (!signal?.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          listeners.delete(wake);
          resolve();
        };
        listeners.add(wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
      if (!signal?.aborted) yield read();
    }
  }

  const engine = {
    address: options.demo ? 'demo' : 'unix:///var/run/docker.sock',
    kind: options.demo ? ('demo' as const) : ('docker' as const),
    name: 'build-machine',
    version: '28.5.2',
    apiVersion: '1.51',
    firewallBackend: 'iptables',
    operatingSystem: 'Debian GNU/Linux 13 (trixie)',
  };
  const state = (): EngineState => {
    switch (phase) {
      case 'connecting':
        return { phase, address: 'unix:///var/run/docker.sock' };
      case 'connected':
        return { phase, engine };
      case 'reconnecting':
        return { phase, engine, error: { ...ABSENT, message: 'The engine closed the connection.' }, attempt: 3 };
      case 'failed':
        return {
          phase,
          error: ABSENT,
          tried: [
            { address: 'unix:///var/run/docker.sock', source: 'Docker', error: ABSENT },
            { address: 'unix:///home/user/.colima/docker.sock', source: 'Colima', error: ABSENT },
          ],
        };
    }
  };
  const frame = (): MatrixFrame => {
    const all = endpoints();
    const { verdicts, flags } = cellsOf(all, denied, held);
    const guard = {
      phase: denied.size === 0 ? ('idle' as const) : options.guard,
      denied: denied.size,
      held: held ? denied.size : 0,
      impossible: 0,
      error: held
        ? null
        : { code: 'HELPER_FAILED' as const, message: 'The helper could not be started.', hint: 'See bulkhead doctor.' },
    };
    return {
      revision,
      endpoints: all,
      networks: networkViews(all),
      verdicts: base64(verdicts),
      flags: base64(flags),
      guard,
      standing: { posture: 'open' as const, guarded: [], isolated: [], offline: [] },
    };
  };
  const probes = (from: EndpointView, to: EndpointView): ProbeView[] => {
    const blocked = denied.has(`${from.id} ${to.id}`) && held;
    const outcome = blocked ? ('blocked' as const) : ('open' as const);
    return ['tcp/80', 'tcp/443', 'tcp/5432'].map((port, index) => ({
      from: from.name,
      to: to.name,
      address: to.addresses[0] ?? '172.18.0.1',
      port,
      predicted: outcome,
      measured: index === 2 ? 'error' : outcome,
      ms: 1.2 + index,
      detail: index === 2 ? 'No listener could be made in the target.' : '',
    }));
  };

  /** Every other denied pair keeps being tried. */
  const triedPairs = (): string[] => (held ? [...denied].filter((_, index) => index % 2 === 0) : []);
  const hits = (): TrafficHits =>
    triedPairs().map((key) => {
      const [from = '', to = ''] = key.split(' ');
      return { from, to, packetsPerSecond: 2.5 };
    });
  const trafficOf = (key: string): TrafficView => {
    if (!denied.has(key) || !held) return null;
    const rate = triedPairs().includes(key) ? 2.5 : 0;
    const refused = { packets: 1284, bytes: 77_040, packetsPerSecond: rate, bytesPerSecond: rate * 60 };
    const passed = { packets: 0, bytes: 0, packetsPerSecond: 0, bytesPerSecond: 0 };
    return { refused, passed, since: Date.UTC(2026, 10, 25, 8, 30) };
  };

  if (options.churn > 0) {
    setInterval(() => {
      containers =
        containers.length > options.containers - 3 ? containers.slice(1) : makeContainers(options.containers);
      changed();
    }, options.churn);
  }

  const os = implement(contract);
  // Domains that are not made up here answer that they are not there.
  const router = os.router({
    jobs: { watch: os.jobs.watch.handler(({ signal }) => changes(() => [], signal)) },
    settings: {
      watch: os.settings.watch.handler(({ signal }) => changes(() => settings, signal)),
      set: os.settings.set.handler(({ input }) => {
        settings = { ...settings, settings: understand(patched(settings.settings, input)).settings };
        changed();
      }),
      where: os.settings.where.handler(() => ({
        folder: '/home/user/.config/bulkhead',
        file: 'settings.json',
        canOpen: false,
      })),
      found: os.settings.found.handler(() => []),
    },
    app: { info: os.app.info.handler(() => ({ version: '0.1.0', configDir: '/home/user/.config/bulkhead' })) },
    engine: {
      watch: os.engine.watch.handler(({ signal }) => changes(state, signal)),
      choices: os.engine.choices.handler(() => [
        { address: 'unix:///var/run/docker.sock', source: 'docker context' },
        { address: 'ssh://ops@build-machine', source: 'docker context' },
        { address: 'demo', source: 'Demo' },
      ]),
      use: os.engine.use.handler(() => {
        phase = 'connected';
        changed();
      }),
      retry: os.engine.retry.handler(() => {
        phase = 'connected';
        changed();
      }),
      doctor: os.engine.doctor.handler(() => ({ version: 1 as const, findings: [] })),
      discover: os.engine.discover.handler(() => ({ read: 0, unread: [] })),
    },
    matrix: {
      watch: os.matrix.watch.handler(({ signal }) => changes(frame, signal)),
      explain: os.matrix.explain.handler(({ input }) => {
        const isDenied = denied.has(`${input.from} ${input.to}`);
        return explainCell(find(input.from), find(input.to), isDenied, held);
      }),
    },
    traffic: {
      pair: os.traffic.pair.handler(({ input, signal }) =>
        changes(() => trafficOf(`${input.from} ${input.to}`), signal),
      ),
      hits: os.traffic.hits.handler(({ signal }) => changes(hits, signal)),
    },
    policy: {
      plan: os.policy.plan.handler(({ input }) => {
        const [from, to] = sidesOf(input);
        const zone = [from, to].some(({ kind }) => kind !== 'container');
        return {
          action: input.action,
          from: from.name,
          to: to.name,
          ports: null,
          pairs: [{ from: from.id, to: to.id }],
          steps: [
            {
              kind: 'policy-file',
              text: `Save in the policy file: ${from.name} → ${to.name}, deny.`,
              params: { from: from.name, to: to.name, action: 'deny' },
            },
            { kind: 'helper', text: 'Reach the engine’s network through the helper.', params: {} },
            { kind: 'load-table', text: `Load the rules of ${to.name}.`, params: { name: to.name } },
            { kind: 'sever', text: 'End the connections that are open this way.', params: {} },
            { kind: 'verify', text: 'Probe the wire (ordered pairs: 1).', params: { pairs: '1' } },
          ],
          obstacles: zone
            ? [
                {
                  rule: 'S1',
                  text: 'Blocking from or towards host is not available yet.',
                  params: { zone: 'host' },
                  severity: 'stop' as const,
                },
              ]
            : [
                {
                  rule: 'W2',
                  text: `${from.name} is privileged: it can take over the host and undo every rule.`,
                  params: { name: from.name },
                  severity: 'warn' as const,
                },
              ],
          possible: !zone,
        };
      }),
      apply: os.policy.apply.handler(async function* ({ input }) {
        const [from, to] = sidesOf(input);
        for (const step of ['policy-file', 'image-build', 'helper-start', 'helper-ready']) {
          yield { kind: 'progress' as const, step, detail: step === 'image-build' ? 'RUN apk add nftables' : '' };
          await tick(250);
        }
        if (input.action === 'block') denied.add(`${from.id} ${to.id}`);
        else denied.delete(`${from.id} ${to.id}`);
        if (input.action === 'isolate' || input.action === 'release') isolate(input);
        history = added(history, input);
        changed();
        for (const probe of probes(from, to).slice(0, 2)) {
          yield { kind: 'probe' as const, probe };
          await tick(150);
        }
        yield { kind: 'done' as const, holds: true, agree: 2, disagree: 0, errors: 0 };
      }),
    },
    journal: {
      list: os.journal.list.handler(({ input }) => history.slice(0, input.limit)),
      watch: os.journal.watch.handler(({ signal }) => changes(() => history, signal)),
    },
    verify: {
      run: os.verify.run.handler(async function* ({ input }) {
        const all = probes(find(input.from ?? ''), find(input.to ?? ''));
        for (const [index, probe] of all.entries()) {
          yield { kind: 'progress' as const, done: index, total: all.length };
          await tick(200);
          yield { kind: 'probe' as const, probe };
        }
        yield { kind: 'done' as const, agree: 2, disagree: 0, errors: 1 };
      }),
    },
    containers: {
      watch: os.containers.watch.handler(({ signal }) => changes(() => containers, signal)),
      act: os.containers.act.handler(async ({ input }) => {
        await tick(400);
        if (input.action === 'restart') {
          throw refuse({
            code: 'ENGINE_REFUSED',
            message: 'The engine refused: port 8000 is in use.',
            hint: 'Stop what uses it, then try again.',
          });
        }
        const states: Record<string, string> = {
          start: 'running',
          stop: 'exited',
          pause: 'paused',
          unpause: 'running',
        };
        containers =
          input.action === 'remove'
            ? containers.filter(({ id }) => !input.ids.includes(id))
            : containers.map((one): ContainerView =>
                input.ids.includes(one.id) ? { ...one, state: states[input.action] ?? one.state } : one,
              );
        changed();
        return { job: 'made-up' };
      }),
    },
  } as unknown as Parameters<typeof os.router>[0]);
  return createRouterClient(router);
}

function refuse(data: ErrorShape): ORPCError<'BULKHEAD', ErrorShape> {
  return new ORPCError('BULKHEAD', { defined: true, message: data.message, data });
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function tick(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
