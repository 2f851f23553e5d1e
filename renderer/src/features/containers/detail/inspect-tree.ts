/** A JSON document as lines of a tree: only those that are unfolded, so that any size can be looked at. */

export interface TreeLine {
  /** As `jq` writes it; tells lines apart. */
  readonly path: string;
  readonly depth: number;
  readonly key: string;
  readonly kind: 'object' | 'array' | 'value';
  /** Members of an object or array. */
  readonly size: number;
  /** Of a value: as JSON, at most `LONGEST` characters. */
  readonly text: string;
  readonly isFolded: boolean;
  readonly value: unknown;
}

/** Longer values are cut: the rest can be copied. */
export const LONGEST = 2000;
/** No more lines than this, whatever is searched or unfolded. */
export const MOST_LINES = 20_000;

/** `.Config.Labels["com.example"]`: for `jq`, and to be told to others. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent || '.'}[${key}]`;
  if (/^[A-Za-z_]\w*$/.test(key)) return `${parent}.${key}`;
  return `${parent || '.'}[${JSON.stringify(key)}]`;
}

export interface TreeOptions {
  /** Paths of what is unfolded. */
  readonly open: ReadonlySet<string>;
  /** Shows only what has this in a key or value, and what leads there. */
  readonly search: string;
}

export function treeLines(document: unknown, { open, search }: TreeOptions): TreeLine[] {
  const wanted = search.trim().toLowerCase();
  const lines: TreeLine[] = [];
  /** @returns whether it, or something in it, was found. */
  const visit = (value: unknown, key: string, path: string, depth: number, isUnder: boolean): boolean => {
    if (lines.length >= MOST_LINES) return false;
    const members = membersOf(value);
    const isHit = wanted === '' || isUnder || has(key, wanted) || (members === null && has(textOf(value), wanted));
    const at = lines.length;
    const isFolded = members !== null && wanted === '' && depth >= 0 && !open.has(path);
    if (depth >= 0) {
      lines.push({
        path,
        depth,
        key,
        kind: members === null ? 'value' : Array.isArray(value) ? 'array' : 'object',
        size: members?.length ?? 0,
        text: members === null ? textOf(value).slice(0, LONGEST) : '',
        isFolded,
        value,
      });
    }
    let isFound = isHit;
    if (members !== null && !isFolded) {
      for (const [name, member] of members) {
        // What is under a hit by its key is shown with it.
        const isInside = visit(
          member,
          String(name),
          pathTo(path, name),
          depth + 1,
          wanted !== '' && isHit && depth >= 0,
        );
        isFound ||= isInside;
      }
    }
    if (!isFound) lines.length = at;
    return isFound;
  };
  visit(document, '', '', -1, false);
  return lines;
}

function membersOf(value: unknown): readonly (readonly [string | number, unknown])[] | null {
  if (Array.isArray(value)) return value.map((one, at) => [at, one] as const);
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  return null;
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

function has(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted);
}
