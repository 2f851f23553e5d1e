/** The menus of the window (of the screen on macOS), made from the one list of actions. */
import { ACTIONS, type Action, type ActionContext, type ActionId } from '../../shared/actions/registry.ts';
import type { Say } from '../../shared/actions/say.ts';
import type { MenuItem } from './electron-apis.ts';

export interface NativeMenuOptions {
  readonly platform: NodeJS.Platform;
  /** A packaged app has no tools for developers. */
  readonly isPackaged: boolean;
  readonly context: ActionContext;
  readonly say: Say;
  readonly onAction: (id: ActionId) => void;
}

const SEPARATOR: MenuItem = { type: 'separator' };

export function nativeMenu({ platform, isPackaged, context, say, onAction }: NativeMenuOptions): MenuItem[] {
  const isMac = platform === 'darwin';
  const item = ({ id, keys, accelerator, deed }: Action): MenuItem => ({
    label: say(`action.${id}`),
    enabled: deed(context) !== null,
    click: () => onAction(id),
    ...(accelerator !== undefined ? { accelerator } : chord(keys)),
  });
  const group = (name: Action['group']): MenuItem[] => ACTIONS.filter((action) => action.group === name).map(item);
  const about: MenuItem = { role: 'about', label: say('menu.about') };
  const quit: MenuItem = { role: 'quit', label: say('menu.quit') };
  return [
    ...(isMac
      ? [
          {
            label: 'Bulkhead',
            submenu: [
              about,
              SEPARATOR,
              { role: 'services' },
              SEPARATOR,
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              SEPARATOR,
              quit,
            ],
          } satisfies MenuItem,
        ]
      : []),
    { label: say('menu.file'), submenu: [...group('engine'), SEPARATOR, { role: 'close' }, ...(isMac ? [] : [quit])] },
    {
      label: say('menu.edit'),
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        SEPARATOR,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    { label: say('menu.go'), submenu: group('go') },
    { label: say('menu.manage'), submenu: group('manage') },
    { label: say('menu.policy'), submenu: group('policy') },
    {
      label: say('menu.view'),
      submenu: [
        ...group('view'),
        SEPARATOR,
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItem]),
      ],
    },
    {
      label: say('menu.window'),
      submenu: [{ role: 'minimize' }, ...(isMac ? ([{ role: 'zoom' }, { role: 'front' }] satisfies MenuItem[]) : [])],
    },
    { label: say('menu.help'), submenu: [...group('help'), ...(isMac ? [] : [SEPARATOR, about])] },
  ];
}

/** Keys that the page listens to are shown here and not taken from it; one after the other no menu can show. */
function chord(keys: string | undefined): Pick<MenuItem, 'accelerator' | 'registerAccelerator'> {
  if (keys === undefined || !keys.startsWith('Mod+')) return {};
  return { accelerator: keys.replace('Mod', 'CmdOrCtrl'), registerAccelerator: false };
}
