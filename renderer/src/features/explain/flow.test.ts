import { describe, expect, test } from 'vitest';
import type { ApplyEvent, Change, PlanView, ProbeView } from '../../../../shared/contract/schemas.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import type { Client } from '../../lib/client-context.tsx';
import type { CellState } from '../../lib/frame.ts';
import { canAllow, canVerify } from '../matrix/commands.ts';
import { checkOf, flowReducer, IDLE, outcomeOf, type Flow, type FlowEvent, type Tally } from './flow.ts';
import { createFlowRunner, type FlowRunner, type Subject } from './runner.ts';

const PLAN: PlanView = {
  action: 'block',
  from: 'web',
  to: 'db',
  ports: null,
  pairs: [],
  steps: [],
  obstacles: [],
  possible: true,
};
const PROBE: ProbeView = {
  from: 'web',
  to: 'db',
  address: '10.0.0.2',
  port: 'tcp/80',
  predicted: 'blocked',
  measured: 'blocked',
  ms: 1,
  detail: '',
};
const DONE: ApplyEvent = { kind: 'done', holds: true, agree: 1, disagree: 0, errors: 0 };
const ERROR = { code: 'CANNOT_ENFORCE', message: 'No.', hint: '' } as const;
const BLOCK = { action: 'block', from: 'a', to: 'b' } as const;
const PREVIEW: Flow = { phase: 'preview', change: BLOCK, plan: PLAN };
const APPLYING: Flow = { phase: 'applying', action: 'block', progress: [], probes: [] };

const through = (start: Flow, ...events: readonly FlowEvent[]): Flow => events.reduce(flowReducer, start);

describe('the life of a change', () => {
  test('plan, preview, apply with progress and probes, result', () => {
    const progress = (step: string, detail: string): FlowEvent => ({
      type: 'apply-event',
      event: { kind: 'progress', step, detail },
    });
    const flow = through(
      IDLE,
      { type: 'plan', change: BLOCK },
      { type: 'planned', plan: PLAN },
      { type: 'apply' },
      progress('image-build', 'one'),
      progress('image-build', 'two'),
      progress('helper-ready', ''),
      { type: 'apply-event', event: { kind: 'probe', probe: PROBE } },
    );
    expect(flow).toEqual({
      phase: 'applying',
      action: 'block',
      progress: [
        { step: 'image-build', detail: 'two' },
        { step: 'helper-ready', detail: '' },
      ],
      probes: [PROBE],
    });
    expect(through(flow, { type: 'apply-event', event: DONE })).toEqual({
      phase: 'applied',
      action: 'block',
      holds: true,
      tally: { agree: 1, disagree: 0, errors: 0 },
      probes: [PROBE],
    });
  });

  test.each<[string, Flow, FlowEvent]>([
    ['a plan while one is being applied', APPLYING, { type: 'plan', change: BLOCK }],
    ['a check while one is being applied', APPLYING, { type: 'verify' }],
    ['a plan that comes after it was dismissed', IDLE, { type: 'planned', plan: PLAN }],
    ['an apply that nobody previewed', IDLE, { type: 'apply' }],
    ['a late event', PREVIEW, { type: 'apply-event', event: DONE }],
    ['a failure of what was dismissed', IDLE, { type: 'fail', error: ERROR }],
  ])('%s changes nothing', (_, flow, event) => {
    expect(flowReducer(flow, event)).toBe(flow);
  });

  test('a failure keeps the probes that were made', () => {
    expect(through({ ...APPLYING, probes: [PROBE] }, { type: 'fail', error: ERROR })).toEqual({
      phase: 'failed',
      error: ERROR,
      probes: [PROBE],
    });
  });
});

describe('what is said of a result', () => {
  const open: ProbeView = { ...PROBE, predicted: 'open', measured: 'open' };
  const tally = (agree: number, disagree = 0, errors = 0): Tally => ({ agree, disagree, errors });

  test.each<[string, 'block' | 'allow', boolean, Tally, readonly ProbeView[], ReturnType<typeof outcomeOf>]>([
    ['a block that probes confirm', 'block', true, tally(1), [PROBE], 'holds'],
    ['a block with nothing to probe', 'block', true, tally(0), [], 'untested'],
    ['a block that does not hold', 'block', false, tally(0, 1), [open], 'fails'],
    ['an allow of which one way is open', 'allow', true, tally(2), [PROBE, open], 'holds'],
    ['an allow of a pair that stays blocked, as expected', 'allow', true, tally(1), [PROBE], 'still-closed'],
    ['an allow with nothing to probe', 'allow', true, tally(0), [], 'untested'],
    ['an allow that the wire does not show', 'allow', false, tally(1, 1), [open, PROBE], 'fails'],
  ])('%s', (_, action, holds, counts, probes, expected) => {
    expect(outcomeOf({ phase: 'applied', action, holds, tally: counts, probes })).toBe(expected);
  });

  test.each([
    [tally(2), 'ok'],
    [tally(2, 0, 1), 'warn'],
    [tally(2, 1, 1), 'bad'],
    [tally(0), 'untested'],
  ] as const)('a check of %o is %s', (counts, expected) => {
    expect(checkOf({ phase: 'verified', tally: counts, probes: [] })).toBe(expected);
  });

  test('only a denied cell can be allowed, also when the frame with the denial is not there yet', () => {
    const blocked: Flow = { phase: 'applied', action: 'block', holds: true, tally: tally(1), probes: [] };
    expect([canAllow('none', IDLE), canAllow('failed', IDLE), canAllow('none', blocked)]).toEqual([false, true, true]);
    expect(canAllow('none', { ...blocked, action: 'allow' })).toBe(false);
  });

  test.each([
    ['host', true],
    ['lan', false],
    ['internet', false],
  ] as const)('whether a pair with %s can be verified: %s', (kind, can) => {
    expect([canVerify({ kind }, { kind: 'container' }), canVerify({ kind: 'container' }, { kind })]).toEqual([
      can,
      can,
    ]);
  });
});

describe('running it', () => {
  const PAIR = { from: 'a', to: 'b' };

  interface Fake {
    readonly plan?: (signal: AbortSignal | undefined) => Promise<PlanView>;
    readonly apply?: () => AsyncGenerator<ApplyEvent>;
  }
  function clientOf({ plan = () => Promise.resolve(PLAN), apply }: Fake): Client {
    return {
      policy: {
        plan: (_: unknown, options?: { signal?: AbortSignal }) => plan(options?.signal),
        apply: () => Promise.resolve(apply?.()),
      },
    } as unknown as Client;
  }

  test('a change goes from plan to result', async () => {
    const runner = createFlowRunner(
      clientOf({
        apply: async function* () {
          yield await Promise.resolve({ kind: 'probe' as const, probe: PROBE });
          yield DONE;
        },
      }),
    );
    const phases: string[] = [];
    runner.subscribe(() => phases.push(runner.flow(PAIR).phase));
    await runner.plan(PAIR, BLOCK);
    await runner.apply(PAIR);
    expect(phases).toEqual(['planning', 'preview', 'applying', 'applying', 'applied']);
  });

  test('an error of the core is shown as it is, for this pair alone', async () => {
    const runner = createFlowRunner(clientOf({ plan: () => Promise.reject(new BulkheadError(ERROR)) }));
    await runner.plan(PAIR, BLOCK);
    expect(runner.flow(PAIR)).toMatchObject({ phase: 'failed', error: ERROR });
    expect(runner.flow({ from: 'b', to: 'a' })).toBe(IDLE);
  });

  test.each<[string, Subject, Change]>([
    ['an isolation', { name: 'shop/web' }, { action: 'isolate', name: 'shop/web', only: 'internet' }],
    ['an undo', { entry: '3fa9' }, { action: 'undo', entry: '3fa9' }],
  ])('%s is planned and applied as it was asked for, apart from every pair', async (_, subject, change) => {
    const asked: unknown[] = [];
    const runner = createFlowRunner({
      policy: {
        plan: (given: unknown) => Promise.resolve(asked.push(given) && PLAN),
        apply: (given: unknown) => {
          asked.push(given);
          return Promise.resolve(
            (async function* () {
              yield await Promise.resolve(DONE);
            })(),
          );
        },
      },
    } as unknown as Client);
    await runner.plan(subject, change);
    await runner.apply(subject);
    expect(asked).toEqual([change, change]);
    // No frame tells when it is over, not even one in which every pair is gone.
    runner.observe(() => null);
    expect([runner.flow(subject).phase, runner.flow(PAIR)]).toEqual(['applied', IDLE]);
    runner.leave(subject, runner.flow(subject));
    expect(runner.flow(subject)).toBe(IDLE);
  });

  test('a stream that ends without a result is a failure, never a success', async () => {
    const runner = createFlowRunner(
      clientOf({
        apply: async function* () {
          yield await Promise.resolve({ kind: 'probe' as const, probe: PROBE });
        },
      }),
    );
    await runner.plan(PAIR, BLOCK);
    await runner.apply(PAIR);
    expect(runner.flow(PAIR).phase).toBe('failed');
  });

  test('dismissing stops a plan at its source; what comes later is ignored', async () => {
    let signal: AbortSignal | undefined;
    const answer = resolvers<PlanView>();
    const runner = createFlowRunner(
      clientOf({
        plan: (given) => {
          signal = given;
          return answer.promise;
        },
      }),
    );
    const planned = runner.plan(PAIR, BLOCK);
    runner.dismiss(PAIR);
    answer.resolve(PLAN);
    await planned;
    expect([signal?.aborted, runner.flow(PAIR)]).toEqual([true, IDLE]);
  });

  test('what is being applied cannot be dismissed', async () => {
    const gate = resolvers<undefined>();
    const runner = createFlowRunner(
      clientOf({
        apply: async function* () {
          await gate.promise;
          yield DONE;
        },
      }),
    );
    await runner.plan(PAIR, BLOCK);
    const applied = runner.apply(PAIR);
    runner.dismiss(PAIR);
    expect(runner.flow(PAIR).phase).toBe('applying');
    gate.resolve(undefined);
    await applied;
    expect(runner.flow(PAIR).phase).toBe('applied');
  });
});

describe('how long a result stays', () => {
  const PAIR = { from: 'a', to: 'b' };
  const cell = (denial: CellState['denial'], verdict: CellState['verdict'] = 'blocked'): CellState => ({
    verdict,
    denial,
    sideLayer: false,
  });
  const OPEN = cell('none', 'open');

  async function runnerAfter(done: ApplyEvent, action: 'block' | 'allow'): Promise<FlowRunner> {
    const client = {
      policy: {
        plan: () => Promise.resolve({ ...PLAN, action }),
        apply: () =>
          Promise.resolve(
            (async function* () {
              yield await Promise.resolve(done);
            })(),
          ),
      },
      verify: {
        run: () =>
          Promise.resolve(
            (async function* () {
              yield await Promise.resolve({ kind: 'done' as const, agree: 1, disagree: 0, errors: 0 });
            })(),
          ),
      },
    } as unknown as Client;
    const runner = createFlowRunner(client);
    runner.observe(() => (action === 'block' ? OPEN : cell('held')));
    await runner.plan(PAIR, { ...BLOCK, action });
    await runner.apply(PAIR);
    return runner;
  }

  test.each<[string, 'block' | 'allow', boolean, readonly (CellState | null)[], readonly string[]]>([
    ['a block', 'block', true, [OPEN, cell('pending', 'open'), cell('held'), cell('held')], Array(4).fill('applied')],
    ['a block that is lost', 'block', true, [cell('held'), cell('failed', 'open')], ['applied', 'idle']],
    ['a block lifted elsewhere', 'block', true, [OPEN, cell('held'), OPEN], ['applied', 'applied', 'idle']],
    ['a late block', 'block', false, [cell('pending', 'open'), cell('failed', 'open')], ['applied', 'applied']],
    ['a late block that holds at last', 'block', false, [cell('pending', 'open'), cell('held')], ['applied', 'idle']],
    ['an allow', 'allow', true, [cell('held'), OPEN, OPEN], ['applied', 'applied', 'applied']],
    ['an allow and a new block', 'allow', true, [OPEN, cell('pending', 'open')], ['applied', 'idle']],
    ['an allow whose verdict changes', 'allow', true, [OPEN, cell('none')], ['applied', 'idle']],
    ['a pair that is gone', 'block', true, [null], ['idle']],
  ])('%s', async (_, action, holds, cells, expected) => {
    const runner = await runnerAfter({ ...DONE, holds }, action);
    const phases = cells.map((given) => {
      runner.observe(() => given);
      return runner.flow(PAIR).phase;
    });
    expect(phases).toEqual(expected);
  });

  test('a check is over when the cell is not what was checked', async () => {
    const runner = await runnerAfter(DONE, 'block');
    runner.observe(() => cell('held'));
    await runner.verify(PAIR);
    runner.observe(() => cell('held'));
    expect(runner.flow(PAIR).phase).toBe('verified');
    runner.observe(() => OPEN);
    expect(runner.flow(PAIR)).toBe(IDLE);
  });

  test('a result goes with the panel that showed it, and stays when it came unseen', async () => {
    const runner = await runnerAfter(DONE, 'block');
    runner.leave(PAIR, APPLYING);
    expect(runner.flow(PAIR).phase).toBe('applied');
    runner.leave(PAIR, runner.flow(PAIR));
    expect(runner.flow(PAIR)).toBe(IDLE);
  });

  test('a failure is never taken away by a frame', async () => {
    const runner = createFlowRunner({
      policy: { plan: () => Promise.reject(new BulkheadError(ERROR)) },
    } as unknown as Client);
    await runner.plan(PAIR, BLOCK);
    for (const given of [OPEN, cell('held'), OPEN]) runner.observe(() => given);
    expect(runner.flow(PAIR).phase).toBe('failed');
    runner.leave(PAIR, runner.flow(PAIR));
    expect(runner.flow(PAIR)).toBe(IDLE);
  });
});

function resolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
