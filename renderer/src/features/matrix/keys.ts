/** What a key press on the matrix means; pure, so that the whole keyboard is one table of tests. */

export type KeyCommand =
  | { readonly kind: 'move'; readonly rows: number; readonly cols: number }
  | { readonly kind: 'page'; readonly rows: -1 | 0 | 1; readonly cols: -1 | 0 | 1 }
  | { readonly kind: 'edge'; readonly row: 'first' | 'last' | 'same'; readonly col: 'first' | 'last' | 'same' }
  | { readonly kind: 'open' | 'block' | 'allow' | 'verify' | 'isolate' | 'close' | 'search' }
  | { readonly kind: 'zoom'; readonly direction: 1 | -1 | 0 };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Null: not ours, the browser keeps it. */
export function keyCommand(press: KeyPress): KeyCommand | null {
  if (press.altKey) return null;
  const command = press.ctrlKey || press.metaKey;
  switch (press.key) {
    case 'ArrowUp':
      return command ? { kind: 'edge', row: 'first', col: 'same' } : { kind: 'move', rows: -1, cols: 0 };
    case 'ArrowDown':
      return command ? { kind: 'edge', row: 'last', col: 'same' } : { kind: 'move', rows: 1, cols: 0 };
    case 'ArrowLeft':
      return command ? { kind: 'edge', row: 'same', col: 'first' } : { kind: 'move', rows: 0, cols: -1 };
    case 'ArrowRight':
      return command ? { kind: 'edge', row: 'same', col: 'last' } : { kind: 'move', rows: 0, cols: 1 };
    case 'Home':
      return { kind: 'edge', row: command ? 'first' : 'same', col: 'first' };
    case 'End':
      return { kind: 'edge', row: command ? 'last' : 'same', col: 'last' };
    case 'PageUp':
      return press.shiftKey ? { kind: 'page', rows: 0, cols: -1 } : { kind: 'page', rows: -1, cols: 0 };
    case 'PageDown':
      return press.shiftKey ? { kind: 'page', rows: 0, cols: 1 } : { kind: 'page', rows: 1, cols: 0 };
    case '+':
    case '=':
      return { kind: 'zoom', direction: 1 };
    case '-':
    case '_':
      return { kind: 'zoom', direction: -1 };
    case '0':
      return { kind: 'zoom', direction: 0 };
    default:
      return command ? null : letterCommand(press.key);
  }
}

function letterCommand(key: string): KeyCommand | null {
  switch (key.toLowerCase()) {
    case 'enter':
    case ' ':
      return { kind: 'open' };
    case 'b':
      return { kind: 'block' };
    case 'a':
      return { kind: 'allow' };
    case 'v':
      return { kind: 'verify' };
    case 'i':
      return { kind: 'isolate' };
    case 'escape':
      return { kind: 'close' };
    case '/':
      return { kind: 'search' };
    default:
      return null;
  }
}
