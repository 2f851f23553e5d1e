/**
 * An export that was kept, made small enough for one message between page and core: verdicts as a table of letters
 * instead of lists of names.  Of a thousand endpoints that is half a megabyte instead of twenty.
 */
import { VERDICTS } from '../reachability/model.ts';
import { pairOf, type Recorded, type RecordedDrawing, type RecordedEndpoint } from './recorded.ts';

export interface Packed {
  readonly engine: string;
  readonly endpoints: readonly ({ readonly key: string } & RecordedEndpoint)[];
  readonly networks: readonly { readonly key: string; readonly members: readonly string[] }[] | null;
  /** Row by row in the order of the endpoints, two pairs to a letter. */
  readonly verdicts: string;
  readonly drawn: RecordedDrawing | null;
}

/** A verdict, or none at all. */
const STATES = VERDICTS.length + 1;
const FIRST = 'A'.charCodeAt(0);

export function packRecorded({ engine, endpoints, networks, verdicts, drawn }: Recorded): Packed {
  const keys = [...endpoints.keys()];
  const states = keys.flatMap((from) =>
    keys.map((to) => {
      const verdict = verdicts.get(pairOf(from, to));
      return verdict === undefined ? VERDICTS.length : VERDICTS.indexOf(verdict);
    }),
  );
  const letters: string[] = [];
  for (let at = 0; at < states.length; at += 2) {
    letters.push(String.fromCharCode(FIRST + (states[at] ?? 0) * STATES + (states[at + 1] ?? VERDICTS.length)));
  }
  return {
    engine,
    endpoints: [...endpoints].map(([key, endpoint]) => ({ key, ...endpoint })),
    networks: networks && [...networks].map(([key, members]) => ({ key, members })),
    verdicts: letters.join(''),
    drawn,
  };
}

/** Letters that are none of ours, or are missing, say nothing of their pairs. */
export function unpackRecorded({ engine, endpoints, networks, verdicts, drawn }: Packed): Recorded {
  const found: [string, (typeof VERDICTS)[number]][] = [];
  endpoints.forEach(({ key: from }, row) =>
    endpoints.forEach(({ key: to }, column) => {
      const at = row * endpoints.length + column;
      const letter = verdicts.charCodeAt(at >> 1) - FIRST;
      const verdict = VERDICTS[at % 2 === 0 ? Math.floor(letter / STATES) : letter % STATES];
      if (verdict !== undefined) found.push([pairOf(from, to), verdict]);
    }),
  );
  return {
    engine,
    endpoints: new Map(endpoints.map(({ key, kind, state, image }) => [key, { kind, state, image }])),
    networks: networks && new Map(networks.map(({ key, members }) => [key, members])),
    verdicts: new Map(found),
    drawn,
  };
}
