/** Surroundings made of a list of files; for tests of the finders. */
import type { Surroundings } from './surroundings.ts';

export interface FakeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly homedir?: string;
  readonly platform?: NodeJS.Platform;
  /** Path → text; sockets have none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Path → what it links to. */
  readonly links?: Readonly<Record<string, string>>;
}

export function fakeSurroundings(options: FakeOptions = {}): Surroundings {
  const { env = {}, homedir = '/home/ann', platform = 'linux', files = {}, links = {} } = options;
  const paths = [...Object.keys(files), ...Object.keys(links)];
  return {
    env,
    homedir,
    platform,
    files: {
      exists: (path) => Promise.resolve(paths.includes(path)),
      list: (folder) => {
        const inside = paths.filter((path) => path.startsWith(`${folder}/`));
        return Promise.resolve([...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))]);
      },
      read: (path) => Promise.resolve(files[path] ?? null),
      identity: (path) => Promise.resolve(links[path] ?? path),
    },
  };
}

/** A home folder in which `docker context create NAME` was done. */
export function contextFiles(
  name: string,
  host: string,
  more: { readonly home?: string; readonly tls?: Readonly<Record<string, string>>; readonly skip?: boolean } = {},
): Record<string, string> {
  const { home = '/home/ann', tls = {}, skip = false } = more;
  const folder = KNOWN_DIGESTS[name] ?? '';
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: skip } } };
  return {
    [`${home}/.docker/contexts/meta/${folder}/meta.json`]: JSON.stringify(meta),
    ...Object.fromEntries(
      Object.entries(tls).map(([file, text]) => [`${home}/.docker/contexts/tls/${folder}/docker/${file}`, text]),
    ),
  };
}

/** As the docker command line writes them (sha256 of the name), by hand so that the test does not repeat the code. */
const KNOWN_DIGESTS: Readonly<Record<string, string>> = {
  colima: 'f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16',
  remote: 'b71199ebd070b36beab7317920c2c2f1d777df8d05e5527d8458fda57cb17a7a',
};
