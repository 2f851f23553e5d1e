/** How long a finished flow stays true: until its cell is seen to be otherwise than the flow left it. */
import type { CellState } from '../../lib/frame.ts';
import type { Flow } from './flow.ts';

export type Finished = Extract<Flow, { phase: 'applied' | 'verified' | 'failed' }>;

export function isFinished(flow: Flow): flow is Finished {
  return flow.phase === 'applied' || flow.phase === 'verified' || flow.phase === 'failed';
}

/** What of a cell a result speaks of.  Whether a block is late or has failed depends on other pairs too: both are `unheld`. */
export function standOf({ verdict, denial }: CellState): string {
  return `${verdict} ${rule(denial)}`;
}

/**
 * Whether a cell shows what the flow came to.
 *
 * The frame may come after the result: until it shows the result, the cell says nothing against it.  A failure names no
 * state to wait for; it is never matched, and stays until it was read.
 */
export function shows(flow: Finished, { denial }: CellState): boolean {
  switch (flow.phase) {
    case 'applied':
      // What a pair's own flow is about; those of other subjects have no cell.
      if (flow.action === 'allow') return denial === 'none';
      // Networks and links are no rules: whatever the verdict is then, it is theirs.
      if (flow.action === 'network' || flow.action === 'unlink') return true;
      return rule(denial) === (flow.holds ? 'held' : 'unheld');
    case 'verified':
      return true;
    case 'failed':
      return false;
  }
}

function rule(denial: CellState['denial']): 'none' | 'held' | 'unheld' {
  return denial === 'none' || denial === 'held' ? denial : 'unheld';
}
