/** The tray's model as a native menu. */
import type { TrayDeed, TrayItem } from '../../shared/actions/tray.ts';
import type { MenuItem } from './electron-apis.ts';

/** Longer than a name needs to be told from others, short enough for a menu. */
const LONGEST = 96;

export function trayMenu(items: readonly TrayItem[], onDeed: (deed: TrayDeed) => void): MenuItem[] {
  return items.map((item): MenuItem => {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'text':
        return { label: labelOf(item.text), enabled: false };
      case 'menu':
        return { label: labelOf(item.text), submenu: trayMenu(item.items, onDeed) };
      case 'item': {
        const { text, enabled, deed, checked } = item;
        const click = (): void => onDeed(deed);
        return {
          label: labelOf(text),
          enabled,
          click,
          ...(checked === undefined ? {} : { type: 'checkbox' as const, checked }),
        };
      }
    }
  });
}

/** Names of an engine are hostile text: no line of its own, no turned direction, no underlined letter. */
export function labelOf(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('&', '&&');
  const letters = [...clean];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : clean;
}
