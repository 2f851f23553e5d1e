/** Paths inside a container. */

/** Absolute, without what leads nowhere: `/a/../b/./c/` → `/b/c`. */
export function tidyPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function joinPath(folder: string, name: string): string {
  // Not tidied: a file may be called anything but `.` and `..`.
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

const WHO = ['user', 'group', 'others'] as const;

/** `rwxr-xr--`, with `s` and `t` where those bits are set, as `ls` writes them. */
export function modeWords(mode: number): string {
  const special = [0o4000, 0o2000, 0o1000];
  return WHO.map((_, at) => {
    const bits = (mode >> (6 - at * 3)) & 7;
    const isSpecial = (mode & (special[at] ?? 0)) !== 0;
    const letter = at === 2 ? 't' : 's';
    const execute = isSpecial ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${execute}`;
  }).join('');
}
