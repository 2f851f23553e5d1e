/** The terminal's colours: those of the page, and sixteen that can be read on them. */
import type { ITheme } from '@xterm/xterm';

const LIGHT = ['#1c2733', '#a8210f', '#17653f', '#785000', '#0a539c', '#8a1f86', '#07616e', '#566270'];
const DARK = ['#4a5662', '#ff9d8a', '#7fd6a9', '#ffcf66', '#8fc4ff', '#efa3ec', '#79d7e4', '#e6ebf0'];
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

export function terminalTheme(scheme: 'light' | 'dark'): ITheme {
  const colors = scheme === 'light' ? LIGHT : DARK;
  const ink = scheme === 'light' ? '#1c2733' : '#e6ebf0';
  const theme: ITheme = {
    background: scheme === 'light' ? '#f5f7f9' : '#0f1419',
    foreground: ink,
    cursor: ink,
    cursorAccent: scheme === 'light' ? '#f5f7f9' : '#0f1419',
    selectionBackground: scheme === 'light' ? '#b9d9f2' : '#2c5675',
  };
  NAMES.forEach((name, at) => {
    theme[name] = colors[at] ?? ink;
    theme[`bright${name[0]?.toUpperCase() ?? ''}${name.slice(1)}` as 'brightBlack'] = colors[at] ?? ink;
  });
  return theme;
}
