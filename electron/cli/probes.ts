/** Probes as they are watched and printed. */
import type { ProbeView } from '../../shared/contract/schemas.ts';
import type { Tally, Watched } from '../app/session.ts';
import type { Terminal } from './terminal.ts';
import { table } from './text.ts';

/** Progress goes to the terminal, the probes into `probes`. */
export function watched(terminal: Terminal, probes: ProbeView[]): Watched {
  return {
    signal: terminal.signal,
    onProgress: (step, detail) => terminal.err(`${PROGRESS[step] ?? step}${detail === '' ? '' : `: ${detail}`}\n`),
    onProbe: (probe) => probes.push(probe),
  };
}

const PROGRESS: Readonly<Record<string, string>> = {
  'policy-file': 'Saving the rule',
  'image-present': 'The helper image is there',
  'image-load': 'Loading the helper image of this package',
  'image-build': 'Building the helper image',
  'helper-start': 'Starting the helper',
  'helper-ready': 'The helper is ready',
};

export function probeJson({ detail, ...probe }: ProbeView): Record<string, unknown> {
  return detail === '' ? probe : { ...probe, detail };
}

export function probeTable(probes: readonly ProbeView[]): string {
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

/** What no probe speaks of, in lines. */
export function untriedText({ untried }: Tally): string {
  if (!untried) return '';
  const { outside, idle, left } = untried;
  const lines = [
    ...(outside > 0 ? [`${outside} pairs with lan, internet or a service: these cannot be probed from here.`] : []),
    ...(idle > 0 ? [`${idle} pairs with a side that does not run: not probed.`] : []),
    ...(left > 0 ? [`${left} pairs left out, because there are many: "bulkhead verify" tries all.`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
