/** Names that Kubernetes takes, made of names that Docker took. */

const LABEL_LENGTH = 63;
/** Of `metadata.name` (RFC 1123 subdomain) 253 are allowed; this much is still read. */
const NAME_LENGTH = 100;

/** Gives each text a name of its own: one that is fit already keeps it, the others are bent and numbered apart. */
export class Names {
  readonly #given = new Map<string, string>();

  /** @param texts every text that will be asked for. */
  constructor(texts: readonly string[], bend: (text: string) => string, longest: number) {
    const distinct = [...new Set(texts)].sort();
    const taken = new Set(distinct.filter((text) => bend(text) === text));
    for (const text of taken) this.#given.set(text, text);
    for (const text of distinct) {
      if (this.#given.has(text)) continue;
      const bent = bend(text);
      let name = bent;
      for (let number = 2; taken.has(name); number += 1) {
        const tail = `-${String(number)}`;
        name = `${bent.slice(0, longest - tail.length)}${tail}`;
      }
      taken.add(name);
      this.#given.set(text, name);
    }
  }

  of(text: string): string {
    return this.#given.get(text) ?? text;
  }
}

/** Values of labels: letters, digits, `-`, `_` and `.`, the first and last a letter or digit, at most 63. */
export function labelNames(texts: readonly string[]): Names {
  return new Names(texts, (text) => bent(text, /[^A-Za-z0-9_.-]+/g, LABEL_LENGTH), LABEL_LENGTH);
}

/** Names of objects: small letters, digits, `-` and `.`, each part between dots beginning and ending with no `-`. */
export function objectNames(texts: readonly string[]): Names {
  return new Names(texts, (text) => bent(text.toLowerCase(), /[^a-z0-9-]+/g, NAME_LENGTH), NAME_LENGTH);
}

function bent(text: string, odd: RegExp, longest: number): string {
  const trimmed = text
    .replace(odd, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, longest)
    .replace(/[^A-Za-z0-9]+$/, '');
  return trimmed === '' ? 'unnamed' : trimmed;
}
