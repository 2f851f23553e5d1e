import type { ReactElement } from 'react';
import { keyCaps } from './keys.ts';

const IS_MAC = /mac/i.test(navigator.platform);

/** Keys as they are written on a keyboard. */
export function KeyCaps({ keys }: { readonly keys: string }): ReactElement {
  return (
    <span className="key-caps">
      {keyCaps(keys, IS_MAC).map((cap, at) => (
        <kbd key={`${cap} ${String(at)}`}>{cap}</kbd>
      ))}
    </span>
  );
}
