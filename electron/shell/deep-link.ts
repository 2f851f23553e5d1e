/** `bulkhead://matrix/web/db`: a link from elsewhere to a place in the app.  Any web page may offer one: it shows, and changes nothing. */
import { ACTIONS } from '../../shared/actions/registry.ts';

export const LINK_SCHEME = 'bulkhead';

const LONGEST = 2048;
const MOST_PARTS = 3;

const SCREENS: ReadonlySet<string> = new Set(
  ACTIONS.flatMap(({ id, deed }) => {
    if (!id.startsWith('go-')) return [];
    const gone = deed({
      phase: 'connecting',
      isDemo: false,
      standing: null,
      limits: [],
      isPaused: false,
      hasUndo: false,
    });
    return gone?.kind === 'go' ? [gone.screen] : [];
  }),
);

/**
 * Only the names of a screen and its things come through: no query, which could open a dialog and fill it in.
 *
 * @returns the page's own address of that place (`#/matrix/web/db`), `''` for the app as it is, null for what is no link of ours
 */
export function hashOfLink(link: string): string | null {
  if (link.length > LONGEST || !link.startsWith(`${LINK_SCHEME}://`) || !URL.canParse(link)) return null;
  const { host, pathname, search, hash, username, password, port } = new URL(link);
  if (search !== '' || hash !== '' || username !== '' || password !== '' || port !== '') return null;
  const parts = pathname.split('/').filter((part) => part !== '');
  if (host === '' || host === 'open') return parts.length === 0 ? '' : null;
  if (!SCREENS.has(host) || parts.length > MOST_PARTS) return null;
  const names = parts.map(nameOf);
  if (names.some((name) => name === null)) return null;
  return `#/${[host, ...names].map((name) => encodeURIComponent(name ?? '')).join('/')}`;
}

/** The first link of ours among the arguments of a program. */
export function linkAmong(argv: readonly string[]): string | null {
  return argv.find((arg) => arg.startsWith(`${LINK_SCHEME}://`)) ?? null;
}

function nameOf(part: string): string | null {
  try {
    const name = decodeURIComponent(part);
    // Control characters, and those that turn the direction of text, are in no name of an engine.
    return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) ? null : name;
  } catch {
    return null;
  }
}
