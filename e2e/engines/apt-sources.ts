import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The Debian archive as the machine itself reaches it. */
export interface DebianArchive {
  readonly uri: string;
  /** Keyring path or name from the machine's sources, null when they name none. */
  readonly signedBy: string | null;
}

/** The suite this machine runs, e.g. `bookworm`. Throws on anything that is not Debian. */
export async function machineSuite(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string): string | undefined => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1];
  const suite = field('VERSION_CODENAME');
  if (field('ID') !== 'debian' || suite === undefined) {
    throw new Error('The engine rig needs Debian: it takes its engines from Debian packages.');
  }
  return suite;
}

/**
 * Finds the archive that serves `suite` in the machine's apt sources, so that other suites come from the same place.
 * Reads both formats, `*.list` and `*.sources`.
 */
export async function machineArchive(suite: string): Promise<DebianArchive> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await readdir(folder).catch(() => [])).sort();
  for (const file of ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = file.endsWith('.sources') ? fromDeb822(text, suite) : fromList(text, suite);
    if (found !== null) return found;
  }
  throw new Error(`No apt source on this machine serves Debian's "${suite}" (main).`);
}

function fromDeb822(text: string, suite: string): DebianArchive | null {
  for (const stanza of text.split(/\n\s*\n/)) {
    const lines = stanza.split('\n').filter((line) => !line.startsWith('#'));
    const field = (name: string): string => {
      const line = lines.find((candidate) => candidate.toLowerCase().startsWith(`${name.toLowerCase()}:`));
      return line?.slice(name.length + 1).trim() ?? '';
    };
    const uri = field('URIs').split(/\s+/)[0] ?? '';
    if (
      uri !== '' &&
      field('Suites').split(/\s+/).includes(suite) &&
      field('Components').split(/\s+/).includes('main')
    ) {
      // A key block pasted into the stanza cannot be carried over as one line; then apt's own trusted keys decide.
      const signedBy = field('Signed-By');
      return { uri, signedBy: signedBy.startsWith('/') ? signedBy : null };
    }
  }
  return null;
}

function fromList(text: string, suite: string): DebianArchive | null {
  for (const line of text.split('\n')) {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim());
    if (match === null) continue;
    const [, options = '', uri = '', lineSuite = '', components = ''] = match;
    if (lineSuite === suite && components.split(/\s+/).includes('main')) {
      return { uri, signedBy: /signed-by=(\S+)/.exec(options)?.[1] ?? null };
    }
  }
  return null;
}
