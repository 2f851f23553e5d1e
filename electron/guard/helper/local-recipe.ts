/**
 * The helper's image from this machine's own perl and nft, for machines that reach no registry.
 *
 * Everything is copied under its own path with the libraries the dynamic linker would load, so the image needs no base
 * and perl finds its modules where it always does.
 */
import { execFile } from 'node:child_process';
import { access, constants, readdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { programDir, programEntries } from './resources.ts';
import type { TarEntry } from './tar.ts';

const run = promisify(execFile);

/** nft lives where the search path of ordinary users does not look. */
const EXTRA_PATH = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** nft reads protocol names from here; a fixed file keeps the image the same on every machine. */
const PROTOCOLS = 'ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\nipv6-icmp 58 IPv6-ICMP\nsctp 132 SCTP\n';

/** Where distributions keep the extensions of iptables. */
const EXTENSION_FOLDERS = [
  ...['x86_64', 'aarch64', 'riscv64'].map((machine) => `/usr/lib/${machine}-linux-gnu/xtables`),
  '/usr/lib64/xtables',
  '/usr/lib/xtables',
  '/usr/libexec/xtables',
  '/lib/xtables',
];

/** Engine names of Node's architectures. */
const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  x64: ['x86_64', 'amd64'],
  arm64: ['aarch64', 'arm64'],
  riscv64: ['riscv64'],
};

/** Whether programs of this machine run on an engine of that architecture (as `GET /info` names it). */
export function sameArchitecture(engineArchitecture: string): boolean {
  return (ARCHITECTURES[process.arch] ?? []).includes(engineArchitecture);
}

/** The build context, or null where this machine has no perl, nft or ldd. */
export async function localContext(env: NodeJS.ProcessEnv = process.env): Promise<readonly TarEntry[] | null> {
  if (process.platform !== 'linux') return null;
  const [perl, nft, ldd] = await Promise.all(['perl', 'nft', 'ldd'].map((name) => find(name, env)));
  if (!perl || !nft || !ldd) return null;
  const iptables = await iptablesFiles(env);
  const { stdout } = await run(perl, ['helper.pl', '--files'], { cwd: programDir() });
  const modules = stdout.split('\n').filter((path) => path.startsWith('/'));
  const linked = [perl, nft, ...iptables.programs, ...modules.filter((path) => path.endsWith('.so'))];
  const libraries = await librariesOf(linked, ldd);
  const paths = [
    ...new Set([perl, nft, ...modules, ...libraries, ...iptables.programs, ...iptables.extensions]),
  ].sort();
  const files = await Promise.all(
    paths.map(async (path) => ({ name: `root${path}`, content: await readFile(path), executable: true })),
  );
  const folders = [...new Set(libraries.map((path) => dirname(path)))].sort();
  return [
    {
      name: 'Dockerfile',
      content: Buffer.from(dockerfile([nft, perl, ...iptables.programs], perl, folders, iptables.folder)),
    },
    { name: 'root/etc/protocols', content: Buffer.from(PROTOCOLS) },
    ...files,
    ...(await programEntries('root/helper')),
  ];
}

/** The linker's cache does not come along, so it is told where to look. */
function dockerfile(
  programs: readonly string[],
  perl: string,
  folders: readonly string[],
  extensions: string | null,
): string {
  const path = [...new Set(programs.map((program) => dirname(program)))].join(':');
  return [
    'FROM scratch',
    'COPY root/ /',
    `ENV PATH=${path} LD_LIBRARY_PATH=${folders.join(':')}${extensions === null ? '' : ` XTABLES_LIBDIR=${extensions}`}`,
    `ENTRYPOINT ${JSON.stringify([perl, '/helper/helper.pl'])}`,
    '',
  ].join('\n');
}

interface IptablesFiles {
  readonly programs: readonly string[];
  readonly extensions: readonly string[];
  readonly folder: string | null;
}

/** iptables of both kinds with its extensions, as far as this machine has them: without, their rules are only named. */
async function iptablesFiles(env: NodeJS.ProcessEnv): Promise<IptablesFiles> {
  const found = await Promise.all(['xtables-nft-multi', 'xtables-legacy-multi'].map((name) => find(name, env)));
  const programs = found.filter((path) => path !== null);
  if (programs.length === 0) return { programs, extensions: [], folder: null };
  for (const folder of EXTENSION_FOLDERS) {
    const names = await readdir(folder).catch(() => []);
    const extensions = names.filter((name) => /^lib(?:xt|ipt|ip6t)_\w+\.so$/.test(name));
    if (extensions.length > 0) return { programs, extensions: extensions.map((name) => join(folder, name)), folder };
  }
  return { programs, extensions: [], folder: null };
}

async function find(name: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const folder of [
    ...(env['PATH'] ?? '').split(delimiter).filter((path) => path.startsWith('/')),
    ...EXTRA_PATH,
  ]) {
    const path = join(folder, name);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return path;
  }
  return null;
}

/** Shared libraries and the dynamic linker itself, as `ldd` prints them: `name => /path (0x…)` or `/path (0x…)`. */
async function librariesOf(paths: readonly string[], ldd: string): Promise<string[]> {
  // A static program makes ldd fail, and needs nothing.
  const outputs = await Promise.all(paths.map((path) => run(ldd, [path]).catch(() => ({ stdout: '' }))));
  return outputs.flatMap(({ stdout }) =>
    [...stdout.matchAll(/(?:^|=>)\s*(\/\S+) \(0x/gm)].map((match) => match[1] ?? ''),
  );
}
