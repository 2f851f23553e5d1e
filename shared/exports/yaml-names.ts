/**
 * Names in YAML, so that every reader has them for the text that they are.
 *
 * Readers of YAML 1.1 (kubectl's, PyYAML) take `no`, `1_000`, `0b11` or `2024-01-01` for something else than readers of 1.2, and
 * some break lines at, or refuse, characters that others take.  Between quotes, and with those escaped, all read the same.
 */
import { Scalar, type Document } from 'yaml';

export function quoted(name: string): Scalar<string> {
  const scalar = new Scalar(name);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** Text of a document in which each name is `quoted`: nowhere else can such characters be. */
export function yamlText(document: Document): string {
  const text = document.toString({ lineWidth: 0, nullStr: '' });
  return text.replaceAll(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
