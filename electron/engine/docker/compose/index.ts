/**
 * Compose projects of a real engine: the user's own Compose on this machine, told which engine and which files.
 *
 * Names and paths come from labels, which are hostile: each is the value of one option (`--file=…`) or comes after `--`.
 */
import { access, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { ProjectFile } from '../../../../shared/contract/compose.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import { cancelled } from '../../connection/faults.ts';
import { programEnvironment } from '../../connection/program-environment.ts';
import type { ComposeDomain, ComposeSource } from '../../domains/compose.ts';
import type { Cancellable } from '../../domains/containers.ts';
import type { Reported } from '../../domains/progress.ts';
import type { Api } from '../ask.ts';
import { thisMachine, type Around } from '../images/auth.ts';
import { searchPath, usualPlaces } from '../programs/places.ts';
import { runProgram } from '../programs/run.ts';
import { composeFault } from './faults.ts';
import { modelOf } from './model.ts';
import { composeProgress } from './progress.ts';
import { findTool, type FoundTool } from './tool.ts';

/** What would steer Compose to another project than the one that was asked for. */
const STEERING = /^COMPOSE_(?:FILE|PROJECT_NAME|PROFILES|ENV_FILES|PATH_SEPARATOR|PROGRESS|ANSI|REMOVE_ORPHANS)$/;

/** @param placesOf where Compose is looked for, for tests */
export function createCompose(api: Api, around: Around = thisMachine, placesOf = usualPlaces): ComposeDomain {
  const toolWith = (env: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<FoundTool> =>
    findTool(around(), { env, places: placesOf(around()), signal });
  const environment = (): Record<string, string> => {
    const here = around();
    const env = programEnvironment(api().target, here);
    const own = Object.entries(env).filter(([name]) => !STEERING.test(name));
    return { ...Object.fromEntries(own), PATH: searchPath(here, placesOf(here)) };
  };

  /** Runs it and answers what it wrote; by its words when it fails. */
  const ask = async (source: ComposeSource, words: readonly string[], { signal }: Cancellable): Promise<string> => {
    const env = environment();
    const tool = await toolWith(env, signal);
    const reader = composeProgress(SILENT);
    const argv = [...tool.argv, '--ansi=never', ...placeOf(source), ...words];
    const { code, stdout, failure } = await runProgram({
      argv,
      cwd: await folderOf(source),
      env,
      signal,
      onLine: reader.take,
    });
    if (signal?.aborted) throw cancelled();
    if (code !== 0) throw composeFault(spoken(failure || reader.complaint()), code);
    return stdout;
  };

  const work = async (
    source: ComposeSource,
    words: readonly string[],
    { report, signal }: Reported,
    place: readonly string[] = placeOf(source),
  ): Promise<void> => {
    const env = environment();
    const tool = await toolWith(env, signal);
    const reader = composeProgress(report);
    const argv = [...tool.argv, ...tool.progress, ...place, ...words];
    report.line(`$ ${[tool.command, ...place, ...words].join(' ')}`);
    const cwd = await folderOf(source);
    const { code, failure } = await runProgram({ argv, cwd, env, signal, onLine: reader.take });
    if (signal?.aborted) throw cancelled();
    if (code !== 0) throw composeFault(spoken(failure || reader.complaint()), code);
  };

  /** Where the files cannot be read, what there is is still known by its labels. */
  const placeOrName = async (source: ComposeSource, { report, signal }: Reported): Promise<readonly string[]> => {
    const withAll = [...placeOf(source), '--profile=*'];
    try {
      if (source.folder === '') return nameOf(source);
      await requireFiles(source);
      await ask(source, ['--profile=*', 'config', '--quiet'], { signal });
      return withAll;
    } catch (thrown) {
      if (signal?.aborted || !(thrown instanceof BulkheadError)) throw thrown;
      report.line(`${thrown.message} Going by the labels of what is there.`);
      return nameOf(source);
    }
  };

  return {
    tool: async ({ signal } = {}) => {
      const { version, command } = await toolWith(environment(), signal);
      return { version, command };
    },
    look: async ({ folder, files, envFiles }) => ({
      folder: folder !== '' && isAbsolute(folder) && (await exists(folder)),
      files: await Promise.all(files.map(lookAt)),
      envFiles: await Promise.all(envFiles.map(lookAt)),
    }),
    locate: (path, envFiles) => locate(path, envFiles, around().homedir),
    model: async (source, { signal } = {}) => {
      await requireFiles(source);
      return modelOf(JSON.parse(await ask(source, ['--profile=*', 'config', '--format=json'], { signal })));
    },
    config: async (source, { profiles, signal }) => {
      await requireFiles(source);
      return ask(source, [...profilesOf(profiles), 'config'], { signal });
    },
    up: async (source, { profiles, build, recreate, pull, removeOrphans, ...reported }) => {
      await requireFiles(source);
      const words = [
        ...profilesOf(profiles),
        'up',
        '--detach',
        ...(build ? ['--build'] : []),
        ...(recreate ? ['--force-recreate'] : []),
        ...(pull ? ['--pull=always'] : []),
        ...(removeOrphans ? ['--remove-orphans'] : []),
      ];
      await work(source, words, reported);
    },
    act: async (source, action, { services, profiles, ...reported }) => {
      const named = services.length > 0 ? ['--', ...services] : [];
      if (action === 'pull' || action === 'build') {
        await requireFiles(source);
        await work(source, [...profilesOf(profiles), action, ...named], reported);
        return;
      }
      await work(source, [action, ...named], reported, await placeOrName(source, reported));
    },
    scale: async (source, { service, replicas, ...reported }) => {
      await requireFiles(source);
      // Nothing else is to be touched: neither what it depends on, nor containers whose settings have changed.
      const words = ['up', '--detach', '--no-recreate', '--no-deps', `--scale=${service}=${String(replicas)}`];
      await work(source, ['--profile=*', ...words, '--', service], reported);
    },
    down: async (source, { volumes, ...reported }) => {
      const words = ['down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])];
      await work(source, words, reported, await placeOrName(source, reported));
    },
  };
}

function placeOf({ name, folder, files, envFiles }: ComposeSource): string[] {
  return [
    ...(name === '' ? [] : [`--project-name=${name}`]),
    `--project-directory=${folder}`,
    ...files.map((file) => `--file=${file}`),
    ...envFiles.map((file) => `--env-file=${file}`),
  ];
}

function nameOf({ name }: ComposeSource): string[] {
  return [`--project-name=${name}`];
}

function profilesOf(profiles: readonly string[]): string[] {
  return profiles.map((profile) => `--profile=${profile}`);
}

/** Where it runs: that of the project, so that what files say relative to it is found. */
async function folderOf({ folder }: ComposeSource): Promise<string> {
  return folder !== '' && isAbsolute(folder) && (await exists(folder)) ? folder : tmpdir();
}

async function lookAt(path: string): Promise<ProjectFile> {
  // What Compose fetches by itself (`oci://…`) is for it to find.
  return { path, exists: /^[a-z+]+:\/\//.test(path) || (isAbsolute(path) && (await exists(path))) };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** @throws BulkheadError `NOT_FOUND` that says which is gone, and whether the project was ever on this machine */
async function requireFiles({ name, folder, files, envFiles }: ComposeSource): Promise<void> {
  if (folder === '') {
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: `Nothing tells where the files of ${name} are.`,
      hint: 'Open its Compose file instead.',
    });
  }
  if (!isAbsolute(folder) || !(await exists(folder))) {
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: `The folder ${folder} is not on this machine.`,
      hint: `${name} was brought up on another machine, or its folder was moved: open its Compose file from where it is now.`,
    });
  }
  const looked = await Promise.all([...files, ...envFiles].map(lookAt));
  const gone = looked.filter((one) => !one.exists).map(({ path }) => path);
  if (gone.length === 0) return;
  throw new BulkheadError({
    code: 'NOT_FOUND',
    message: `${gone.join(', ')}: no such file.`,
    hint: 'Put it back, or open the project from where it is now.',
  });
}

async function locate(path: string, envFiles: readonly string[], homedir: string): Promise<ComposeSource> {
  const whole = (text: string): string => (/^~(?=[/\\]|$)/.test(text) ? join(homedir, text.slice(1)) : text);
  const found = whole(path.trim());
  if (!isAbsolute(found)) {
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `“${path}” is no whole path.`,
      hint: 'Give the whole path, from the root of this machine or from ~.',
    });
  }
  const at = resolve(found);
  const info = await stat(at).catch(() => null);
  if (!info) {
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: `There is no ${at} on this machine.`,
      hint: 'Give the path of a Compose file, or of the folder that it is in.',
    });
  }
  const folder = info.isDirectory() ? at : dirname(at);
  return {
    name: '',
    folder,
    files: info.isDirectory() ? [] : [join(folder, basename(at))],
    envFiles: envFiles.map((file) => {
      const text = whole(file.trim());
      return isAbsolute(text) ? text : join(folder, text);
    }),
  };
}

/** Compose's words without what it puts before them. */
function spoken(complaint: string): string {
  return complaint.replace(/^Error: /, '').trim();
}

const SILENT = { part: () => undefined, line: () => undefined, progress: () => undefined };
