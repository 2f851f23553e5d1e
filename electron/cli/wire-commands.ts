/** Commands that touch the wire: block, allow, verify. */
import type { ProbeView } from '../../shared/contract/schemas.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/policy/model.ts';
import { planView } from '../app/cells.ts';
import { holds } from '../app/create-core.ts';
import type { Session, Watched } from '../app/session.ts';
import { UsageError, type Command } from './arguments.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { table } from './text.ts';

export async function changeRule(
  session: Session,
  { name, operands, options }: Command,
  terminal: Terminal,
): Promise<number> {
  if (name !== 'block' && name !== 'allow') throw new UsageError('Only block and allow change rules.');
  if (options.ports.length > 0) {
    throw new BulkheadError({
      code: 'CANNOT_ENFORCE',
      message: 'Blocking single ports is not available yet.',
      hint: 'Leave --port out to block the whole pair.',
    });
  }
  if (options.method !== undefined && options.method !== 'firewall') {
    const known = options.method === 'network' || options.method === 'unlink';
    if (!known) throw new UsageError(`There is no method "${options.method}".`, 'Methods: firewall, network, unlink.');
    throw new BulkheadError({
      code: 'CANNOT_ENFORCE',
      message: `The method "${options.method}" is not available yet.`,
      hint: 'Use --method firewall, which closes the side doors as well.',
    });
  }
  const [from = '', to = ''] = operands;
  const change = { action: name, from, to };
  const plan = session.plan(change);
  if (options.dryRun) {
    terminal.out(options.json ? `${JSON.stringify({ version: 1, ...planView(plan) }, null, 2)}\n` : planText(plan));
    return plan.possible ? EXIT.ok : EXIT.cannotEnforce;
  }
  for (const { severity, text } of plan.obstacles) {
    terminal.err(`${severity === 'stop' && plan.possible ? 'Not closed' : 'Note'}: ${text}\n`);
  }
  const probes: ProbeView[] = [];
  const tally = await session.apply(change, watched(terminal, probes));
  if (options.json) {
    const answer = { version: 1, ...planView(plan), holds: holds(tally), probes: probes.map(probeJson), ...tally };
    terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
  } else {
    terminal.out(`${name === 'block' ? 'Blocked' : 'Allowed'} ${plan.from} → ${plan.to}.\n`);
    terminal.out(
      probes.length > 0
        ? probeTable(probes)
        : 'Nothing to probe now: the rule takes effect when both sides run, while Bulkhead runs (the app or "bulkhead serve").\n',
    );
  }
  if (tally.unheld) terminal.err(`${tally.unheld} pairs are not held on the wire. Run the command again.\n`);
  if (!holds(tally)) return EXIT.mismatch;
  return plan.obstacles.some(({ severity }) => severity === 'stop') ? EXIT.cannotEnforce : EXIT.ok;
}

export async function verify(session: Session, { options }: Command, terminal: Terminal): Promise<number> {
  await session.observe();
  const probes: ProbeView[] = [];
  const scope = {
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.to === undefined ? {} : { to: options.to }),
  };
  const tally = await session.verify(scope, watched(terminal, probes));
  if (options.json) {
    terminal.out(`${JSON.stringify({ version: 1, probes: probes.map(probeJson), ...tally }, null, 2)}\n`);
  } else {
    const odd = probes.filter(({ predicted, measured }) => predicted !== measured);
    if (odd.length > 0) terminal.out(`${probeTable(odd)}\n`);
    terminal.out(`${tally.agree} agree, ${tally.disagree} disagree, ${tally.errors} could not be tried\n`);
  }
  return holds(tally) ? EXIT.ok : EXIT.mismatch;
}

function watched(terminal: Terminal, probes: ProbeView[]): Watched {
  return {
    signal: terminal.signal,
    onProgress: (step, detail) => terminal.err(`${PROGRESS[step] ?? step}${detail === '' ? '' : `: ${detail}`}\n`),
    onProbe: (probe) => probes.push(probe),
  };
}

const PROGRESS: Readonly<Record<string, string>> = {
  'policy-file': 'Saving the rule',
  'image-present': 'The helper image is there',
  'image-build': 'Building the helper image',
  'helper-start': 'Starting the helper',
  'helper-ready': 'The helper is ready',
};

function probeJson({ detail, ...probe }: ProbeView): Record<string, unknown> {
  return detail === '' ? probe : { ...probe, detail };
}

function probeTable(probes: readonly ProbeView[]): string {
  const rows = probes.map(({ from, to, address, port, predicted, measured, ms, detail }) => [
    predicted === measured ? 'ok' : 'NO',
    `${from} → ${to}`,
    address,
    port,
    `expected ${predicted}`,
    `measured ${measured}`,
    `${ms.toFixed(1)} ms`,
    detail,
  ]);
  return table(rows);
}

function planText(plan: Plan): string {
  const obstacles = plan.obstacles.map(({ severity, text }) => `${severity === 'stop' ? 'Cannot' : 'Note'}: ${text}`);
  const steps = plan.steps.map(({ text }, index) => `${index + 1}. ${text}`);
  return [...steps, ...obstacles, ''].join('\n');
}
