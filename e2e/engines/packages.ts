import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { machineArchive, machineSuite } from './apt-sources.ts';
import { run, runOk } from './run.ts';
import { engineVersion } from './versions.ts';

/** Where one engine's programs are. */
export interface EngineFiles {
  readonly dockerd: string;
  readonly dockerProxy: string;
  /** Value for PATH: the engine's own folders before the machine's. */
  readonly path: string;
}

/** Says what is going on; stderr by default, so that stdout stays the answer. */
export type Progress = (line: string) => void;

const MACHINE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const NEEDED = [
  'docker.io',
  'runc',
  'tini',
  'nftables',
  'iptables',
  'iproute2',
  'util-linux',
  'busybox-static',
  'perl-base',
  'chromium',
  'graphviz',
  'poppler-utils',
  'xvfb',
];
const PODMAN = ['podman', 'netavark', 'aardvark-dns', 'catatonit'];
// Only screenshots in Chinese want it; its absence breaks no test.
const WELCOME = ['fonts-wqy-zenhei'];
const POLICY = '/usr/sbin/policy-rc.d';
const APT_LOCK = '/run/lock/bulkhead-apt';

const toStderr: Progress = (line) => process.stderr.write(`${line}\n`);

/**
 * Installs the Debian packages the rig runs on, where they are missing. Starts no service.
 * A second call costs one dpkg-query. Needs root only when something is missing.
 */
export async function ensureMachinePackages(
  progress: Progress = toStderr,
  more: readonly string[] = [],
): Promise<void> {
  const needed = await missing([...NEEDED, ...more]);
  const welcome = await missing(WELCOME);
  if (needed.length === 0 && welcome.length === 0) return;
  await withoutServices(async () => {
    // For its lists apt knows no waiting, and two suites may begin at once.
    await runOk(['flock', APT_LOCK, 'apt-get', 'update', '-q']);
    if (needed.length > 0) {
      progress(`Installing ${needed.join(', ')} …`);
      await install(needed);
    }
    if (welcome.length > 0) {
      progress(`Installing ${welcome.join(', ')} …`);
      await install(welcome).catch((error: unknown) => progress(`Going on without: ${String(error)}`));
    }
  });
}

/**
 * Makes one engine version present: the machine's own package, or another suite's packages unpacked into
 * `$XDG_CACHE_HOME/bulkhead/engines/<version>`. `more` packages are installed with it. Quick when it is there already; two callers at once do no harm.
 */
export async function ensureEngine(
  name: string,
  progress: Progress = toStderr,
  more: readonly string[] = [],
): Promise<EngineFiles> {
  const { version, suites, kind } = engineVersion(name);
  await ensureMachinePackages(progress, kind === 'podman' ? PODMAN : more);
  if (suites.includes(await machineSuite())) {
    return { dockerd: '/usr/sbin/dockerd', dockerProxy: '/usr/sbin/docker-proxy', path: MACHINE_PATH };
  }
  const folder = await ensureUnpacked(
    {
      name: version,
      about: `engine ${version}`,
      suites,
      packages: ['docker.io', 'containerd'],
      version,
      programs: ['usr/sbin/dockerd', 'usr/bin/containerd', 'usr/bin/containerd-shim-runc-v2'],
    },
    progress,
  );
  return {
    dockerd: join(folder, 'usr/sbin/dockerd'),
    dockerProxy: join(folder, 'usr/sbin/docker-proxy'),
    path: `${join(folder, 'usr/sbin')}:${join(folder, 'usr/bin')}:${MACHINE_PATH}`,
  };
}

/** Packages of another Debian suite, to be run from a folder of their own. */
export interface ForeignPackages {
  /** The folder's name in the cache. */
  readonly name: string;
  /** What they are, for people. */
  readonly about: string;
  /** Debian suites, tried in order. */
  readonly suites: readonly string[];
  /** The first one decides by its version which suite is taken. */
  readonly packages: readonly [string, ...string[]];
  /** Major and minor version of the first package. */
  readonly version: string;
  /** Paths inside the packages: they must find their libraries on this machine. */
  readonly programs: readonly string[];
}

/** Returns the folder the packages are unpacked in; quick when they are there already, safe with two callers at once. */
export async function ensureUnpacked(wanted: ForeignPackages, progress: Progress = toStderr): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bulkhead', 'engines');
  const folder = join(cache, wanted.name);
  if (!(await exists(folder))) await unpack(wanted, cache, folder, progress);
  return folder;
}

async function unpack(wanted: ForeignPackages, cache: string, folder: string, progress: Progress): Promise<void> {
  await mkdir(cache, { recursive: true });
  // Beside its final place, so that the rename at the end is one atomic step on one file system.
  const temp = await mkdtemp(join(cache, `.${wanted.name}-`));
  try {
    progress(`Fetching ${wanted.about} from ${wanted.suites.join(' or ')} …`);
    const apt = await privateApt(wanted.suites, temp);
    const suite = await suiteHolding(wanted, apt);
    await runOk([...apt, 'download', ...wanted.packages.map((name) => `${name}/${suite}`)], { cwd: temp });
    const root = join(temp, 'root');
    await mkdir(root);
    await runOk(['sh', '-c', 'for deb in *.deb; do dpkg -x "$deb" root || exit 1; done'], { cwd: temp });
    await checkLibraries(root, wanted.programs);
    await rename(root, folder).catch(async (error: unknown) => {
      // Somebody else was quicker with the same version: theirs is as good.
      if (!(await exists(folder))) throw error;
    });
    progress(`The ${wanted.about} is in ${folder}`);
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

/** An apt-get command line that knows only `suites`, from the machine's archive, with lists and caches under `temp`. */
async function privateApt(suites: readonly string[], temp: string): Promise<string[]> {
  const archive = await machineArchive(await machineSuite());
  for (const folder of ['sources', 'lists/partial', 'cache/archives/partial']) {
    await mkdir(join(temp, folder), { recursive: true });
  }
  const stanza = ['Types: deb', `URIs: ${archive.uri}`, `Suites: ${suites.join(' ')}`, 'Components: main'];
  if (archive.signedBy !== null) stanza.push(`Signed-By: ${archive.signedBy}`);
  await writeFile(join(temp, 'sources', 'suites.sources'), `${stanza.join('\n')}\n`);
  const settings = [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${join(temp, 'sources')}`,
    `Dir::State::lists=${join(temp, 'lists')}`,
    `Dir::Cache=${join(temp, 'cache')}`,
    'Acquire::Languages=none',
    // The temp folder is ours alone; the unprivileged download user could not write there.
    'APT::Sandbox::User=root',
  ];
  const apt = ['apt-get', '-q', ...settings.flatMap((setting) => ['-o', setting])];
  await runOk([...apt, 'update']);
  return apt;
}

async function suiteHolding(
  { packages: [name], suites, version }: ForeignPackages,
  apt: readonly string[],
): Promise<string> {
  const settings = apt.slice(2);
  const table = await runOk(['apt-cache', ...settings, 'madison', name]);
  for (const suite of suites) {
    const here = table
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .some(([, packaged = '', source = '']) => packaged.startsWith(`${version}.`) && source.includes(` ${suite}/`));
    if (here) return suite;
  }
  throw new Error(
    `No ${name} ${version} in ${suites.join(' or ')}. These suites hold:\n${table}` +
      'Debian moved on: name the suite that holds it now in e2e/engines.',
  );
}

/** A program linked against a newer libc would fail later with a riddle; say it here. */
async function checkLibraries(root: string, programs: readonly string[]): Promise<void> {
  for (const program of programs) {
    const { stdout, stderr } = await run(['ldd', join(root, program)]);
    const bad = `${stdout}\n${stderr}`.split('\n').filter((line) => line.includes('not found'));
    if (bad.length > 0) throw new Error(`${program} cannot run on this machine:\n${bad.join('\n')}`);
  }
}

async function missing(packages: readonly string[]): Promise<string[]> {
  // dpkg-query ends with 1 as soon as one package is unknown; what it prints about the others still counts.
  const { stdout } = await run(['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\\n', ...packages]);
  const installed = new Set(stdout.split('\n'));
  return packages.filter((name) => !installed.has(`${name} installed`));
}

async function install(packages: readonly string[]): Promise<void> {
  await runOk(
    ['apt-get', 'install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages],
    { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
}

/** Installing docker.io must not start a system-wide engine beside the private ones. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (await exists(POLICY)) return work();
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(POLICY, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
