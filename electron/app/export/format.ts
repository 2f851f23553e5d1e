/** What a format of `bulkhead export` is given, and what it must give. */
import type { Recorded } from '../../../shared/exports/recorded.ts';
import type { Policy } from '../../../shared/policy/model.ts';
import type { DiagramScope } from '../../../shared/diagram/model.ts';
import type { Shown } from '../../../shared/diagram/shown.ts';
import type { Cell, Denial, Matrix } from '../../../shared/reachability/model.ts';
import type { Topology } from '../../../shared/topology/model.ts';

/** One engine at one moment; a `Session` is one. */
export interface ExportSource {
  topology(): Topology;
  matrix(): Matrix;
  denials(): readonly Denial[];
  policy(): Policy;
  explain(from: string, to: string): Cell;
}

export const THEMES = ['light', 'dark', 'auto'] as const;
export const VIEWS = ['diagram', 'matrix'] as const;
export const PAPERS = ['a4', 'a3'] as const;
export const DETAIL_SCALES = ['auto', 1, 2, 3, 4] as const;

export interface Note {
  readonly message: string;
  /** What helps on the command line; `''`: nothing. */
  readonly hint: string;
}

/** What was asked for; formats take no notice of what is not theirs. */
export interface ExportRequest {
  readonly scope: DiagramScope;
  /** What a picture (SVG, PNG, PDF) is of. */
  readonly view: (typeof VIEWS)[number];
  /** How what is drawn is shown.  Data (JSON, CSV) and policies have all of the scope, and so has what is compared. */
  readonly shown: Shown;
  /** `auto`, of SVG alone: as the reader's system is.  PNG and PDF take it for `light`. */
  readonly theme: (typeof THEMES)[number];
  /** Pixels of a PNG to one of the picture; `auto`: 2, or 1 where the picture is large already. */
  readonly scale: (typeof DETAIL_SCALES)[number];
  readonly paper: (typeof PAPERS)[number];
  /** `2026-03-01`, as it is printed on paper, where alone it shows; `''`: none. */
  readonly date: string;
  /** Font files for scripts that ours do not have; with `none` among them the machine's own are not looked for. */
  readonly fonts: readonly string[];
  /** An export that was kept, to show what changed since; null: nothing is compared. */
  readonly before: Recorded | null;
  /** Told what is good to know and no part of the answer. */
  readonly note: (note: Note) => void;
}

export interface ExportFormat {
  /** For the help of the command line. */
  readonly about: string;
  /** Without its dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** Whether it can show what changed since an export that was kept. */
  readonly compares: boolean;
  /** Loads what `write` needs: worth beginning while the engine is still asked. */
  readonly prepare?: () => Promise<unknown>;
  /** A text ends with a line break.  The same source and request give the same bytes. */
  readonly write: (source: ExportSource, request: ExportRequest) => Promise<string | Uint8Array> | string;
}
