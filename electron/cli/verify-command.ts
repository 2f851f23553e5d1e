/** The command that measures the wire. */
import type { ProbeView } from '../../shared/contract/schemas.ts';
import { holds } from '../app/create-core.ts';
import type { Session } from '../app/session.ts';
import type { Command } from './arguments.ts';
import { probeJson, probeTable, untriedText, watched } from './probes.ts';
import { EXIT, type Terminal } from './terminal.ts';

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
    terminal.out(untriedText(tally));
  }
  return holds(tally) ? EXIT.ok : EXIT.mismatch;
}
