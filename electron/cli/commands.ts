/** Commands that only look. */
import { setTimeout } from 'node:timers/promises';
import type { Cell } from '../../shared/reachability/model.ts';
import { isService, isZone, type Endpoint } from '../../shared/topology/model.ts';
import { plainChannels } from '../app/cells.ts';
import { serviceState } from '../app/views.ts';
import { diagnose, pausedText } from '../app/doctor.ts';
import { resolveEndpoint } from '../app/names.ts';
import type { Session } from '../app/session.ts';
import { UsageError, type Command } from './arguments.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { csvLine, table } from './text.ts';

const SYMBOLS = { open: '●', partial: '◐', blocked: '✕', unknown: '?' } as const;

export async function showMatrix(session: Session, { options }: Command, terminal: Terminal): Promise<number> {
  await session.observe();
  sayPaused(session, terminal);
  const topology = session.topology();
  const shown = topology.endpoints.filter((endpoint) => inProject(endpoint, options.project));
  if (options.project !== undefined && shown.length === 0) {
    const projects = new Set(topology.endpoints.flatMap((endpoint) => (isZone(endpoint) ? [] : [endpoint.project])));
    projects.delete('');
    throw new UsageError(
      `There is no project "${options.project}".`,
      `Projects here: ${[...projects].join(', ') || 'none'}.`,
    );
  }
  const cells = (): Cell[] => shown.flatMap((from) => shown.map((to) => session.explain(from.id, to.id)));
  if (options.json) {
    const { name, version, apiVersion, firewallBackend } = topology.engine;
    const nameOf = new Map(shown.map((endpoint) => [endpoint.id, endpoint.name]));
    const answer = {
      version: 1,
      engine: { name, version, apiVersion, firewallBackend },
      endpoints: shown.map(endpointJson),
      cells: cells().map((cell) => ({ ...cellJson(cell), from: nameOf.get(cell.from), to: nameOf.get(cell.to) })),
    };
    terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
    return EXIT.ok;
  }
  const verdicts = shown.map((from) => shown.map((to) => session.explain(from.id, to.id).verdict));
  if (options.csv) {
    const rows = shown.map((from, row) => csvLine([from.name, ...(verdicts[row] ?? [])]));
    terminal.out([csvLine(['from \\ to', ...shown.map(({ name }) => name)]), ...rows, ''].join('\n'));
    return EXIT.ok;
  }
  const rows = shown.map((from, row) => [
    String(row + 1),
    from.name,
    ...(verdicts[row] ?? []).map((verdict) => SYMBOLS[verdict]),
  ]);
  terminal.out(table([['', 'from \\ to', ...shown.map((_, column) => String(column + 1))], ...rows]));
  terminal.out('\n● open  ◐ some ports  ✕ blocked  ? unknown; columns are numbered like the rows\n');
  return EXIT.ok;
}

/** Beside the answer, which is read by programs. */
function sayPaused(session: Session, terminal: Terminal): void {
  const { pause } = session.guardState();
  if (pause) terminal.err(`The guard is paused: what your policy denies is open. ${pausedText(pause)}\n`);
}

function inProject(endpoint: Endpoint, project: string | undefined): boolean {
  return project === undefined || (!isZone(endpoint) && endpoint.project === project);
}

function endpointJson(endpoint: Endpoint): Record<string, string> {
  const { id, name, kind } = endpoint;
  if (isZone(endpoint)) return { id, name, kind, project: '', service: '', state: '' };
  const { project, service } = endpoint;
  return { id, name, kind, project, service, state: isService(endpoint) ? serviceState(endpoint) : endpoint.state };
}

function cellJson(cell: Cell): Record<string, unknown> {
  return {
    verdict: cell.verdict,
    enforced: cell.enforced,
    channels: plainChannels(cell),
    reasons: cell.reasons.map(({ rule, text }) => ({ rule, text })),
  };
}

export async function explainCell(
  session: Session,
  { operands, options }: Command,
  terminal: Terminal,
): Promise<number> {
  await session.observe();
  sayPaused(session, terminal);
  const topology = session.topology();
  const [from, to] = operands.map((operand) => resolveEndpoint.one(operand, topology));
  if (!from || !to) throw new UsageError('Name two endpoints.');
  const cell = session.explain(from.id, to.id);
  const traffic = await countTwice(session, from.id, to.id, terminal.signal);
  if (options.json) {
    const endpoints = { from: from.name, to: to.name };
    const counts = traffic ? { traffic: { ...traffic, since: sinceText(traffic) } } : {};
    terminal.out(`${JSON.stringify({ version: 1, ...cellJson(cell), ...endpoints, ...counts }, null, 2)}\n`);
    return EXIT.ok;
  }
  terminal.out(`${from.name} → ${to.name}: ${cell.verdict}${cell.enforced ? '' : ' (your rule is not in force)'}\n\n`);
  const rows = cell.channels.map(({ layer, kind, via, address, ports, except, verdict, rules }) => [
    verdict,
    layer,
    kind,
    via,
    address,
    ports?.join(' ') ?? (except ? `all but ${except.join(' ')}` : ''),
    rules.join(' '),
  ]);
  if (rows.length > 0)
    terminal.out(`${table([['', 'layer', 'channel', 'via', 'address', 'ports', 'rules'], ...rows])}\n`);
  const seen = new Set<string>();
  for (const { rule, text } of cell.reasons) {
    if (seen.has(`${rule} ${text}`)) continue;
    seen.add(`${rule} ${text}`);
    terminal.out(`${rule}  ${text}\n`);
  }
  if (traffic) terminal.out(`\n${trafficText(traffic)}`);
  return EXIT.ok;
}

/** A rate needs two looks. */
const BETWEEN_LOOKS_MS = 1_000;

/** What our tables have counted of a pair, with rates; null where none of them is about it. */
async function countTwice(session: Session, from: string, to: string, signal: AbortSignal): Promise<Counts | null> {
  await session.count([from, to]);
  const first = session.traffic(from, to);
  const isDenied = session.denials().some((denial) => denial.from === from && denial.to === to);
  if (!first || (!isDenied && first.refused.packets + first.passed.packets === 0)) return null;
  await setTimeout(BETWEEN_LOOKS_MS, undefined, { signal });
  await session.count([from, to]);
  return session.traffic(from, to);
}

type Counts = NonNullable<ReturnType<Session['traffic']>>;

function sinceText({ since }: Counts): string | null {
  return since === null ? null : new Date(since).toISOString();
}

function trafficText(counts: Counts): string {
  const rows = (['refused', 'passed'] as const).map((what) => {
    const { packets, bytes, packetsPerSecond, bytesPerSecond } = counts[what];
    const rate = `${packetsPerSecond.toFixed(1)} packets/s`;
    return [what, `${packets} packets`, `${bytes} bytes`, rate, `${Math.round(bytesPerSecond)} bytes/s`];
  });
  const since = sinceText(counts);
  return `Counted by Bulkhead's rules${since === null ? '' : ` since ${since}`}:\n${table(rows)}`;
}

export async function doctor(session: Session, { options }: Command, terminal: Terminal): Promise<number> {
  await session.observe();
  const report = await diagnose(session, { phase: 'connecting', address: session.driver.address });
  if (options.json) {
    terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    for (const { level, title, detail, hint } of report.findings) {
      terminal.out(`${level.padEnd(4)}  ${title}: ${detail}\n${hint === '' ? '' : `      ${hint}\n`}`);
    }
  }
  return report.findings.some(({ level }) => level === 'fail') ? EXIT.mismatch : EXIT.ok;
}
