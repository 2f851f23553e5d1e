/**
 * The helper's image from this machine's own perl and nft, for machines that reach no registry.
 *
 * Everything is copied under its own path with the libraries the dynamic linker would load, so the image needs no base
 * and perl finds its modules where it always does.
 */
import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { programDir, programEntries } from './resources.ts';
import type { TarEntry } from './tar.ts';

const run = promisify(execFile);

/** nft lives where the search path of ordinary users does not look. */
const EXTRA_PATH = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** nft reads protocol names from here; a fixed file keeps the image the same on every machine. */
const PROTOCOLS = 'ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\nipv6-icmp 58 IPv6-ICMP\nsctp 132 SCTP\n';

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
  const { stdout } = await run(perl, ['helper.pl', '--files'], { cwd: programDir() });
  const modules = stdout.split('\n').filter((path) => path.startsWith('/'));
  const libraries = await librariesOf([perl, nft, ...modules.filter((path) => path.endsWith('.so'))], ldd);
  const paths = [...new Set([perl, nft, ...modules, ...libraries])].sort();
  const files = await Promise.all(
    paths.map(async (path) => ({ name: `root${path}`, content: await readFile(path), executable: true })),
  );
  const folders = [...new Set(libraries.map((path) => dirname(path)))].sort();
  return [
    { name: 'Dockerfile', content: Buffer.from(dockerfile(perl, nft, folders)) },
    { name: 'root/etc/protocols', content: Buffer.from(PROTOCOLS) },
    ...files,
    ...(await programEntries('root/helper')),
  ];
}

/** The linker's cache does not come along, so it is told where to look. */
function dockerfile(perl: string, nft: string, folders: readonly string[]): string {
  return [
    'FROM scratch',
    'COPY root/ /',
    `ENV PATH=${[...new Set([dirname(nft), dirname(perl)])].join(':')} LD_LIBRARY_PATH=${folders.join(':')}`,
    `ENTRYPOINT ${JSON.stringify([perl, '/helper/helper.pl'])}`,
    '',
  ].join('\n');
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
