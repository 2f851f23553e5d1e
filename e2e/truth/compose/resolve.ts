/** Reads compose files with Compose itself, whatever is missing around them. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { run, type CommandResult } from '../../engines/run.ts';
import type { ComposeProject, Note } from './project.ts';
import { isVersionOne, otherFiles } from './read.ts';
import { blankVariables, guessValue, requiredVariable } from './variables.ts';

export interface Resolved {
  readonly project: ComposeProject;
  readonly notes: readonly Note[];
}

/** Why files cannot be used, in one line: Compose's own words where it said any. */
export interface Refusal {
  readonly refused: string;
}

export interface ResolveOptions {
  /** Path of Compose. */
  readonly compose: string;
  /** One project's files, the later ones on top. */
  readonly files: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Files of the project that are not compose files: their absence must not keep anyone from reading it. */
const MISSING = /(?:stat|open) (\/[^\n]*?): no such file or directory/;
const MOST_TRIES = 100;

/**
 * The project with everything merged, extended, included and filled in, all profiles active.  Variables without a value
 * get one where Compose cannot go on without; env and label files that are missing are empty.
 */
export async function resolveProject({
  compose,
  files,
  env,
}: ResolveOptions): Promise<Resolved | (Refusal & Pick<Resolved, 'notes'>)> {
  const paths = files.map((file) => resolve(file));
  const unread = paths.find((path) => !existsSync(path));
  if (unread !== undefined) return { refused: `There is no ${unread}.`, notes: [] };
  const texts = textsOf(paths);
  const notes: Note[] = [];
  const values: Record<string, string> = {};
  const empty = new Set<string>();
  let name: string | null = null;
  const fill = (variable: string): void => {
    const value = (values[variable] = guessValue(variable, texts, Object.keys(values).length));
    notes.push({ what: `\${${variable}}`, why: `not set: "${value}" stands for it` });
  };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const answer = await config({ compose, paths, name, env: { ...env, ...values }, empty: [...empty] });
    if (answer.code === 0) return { project: JSON.parse(answer.stdout) as ComposeProject, notes };
    const error = withoutWarnings(answer.stderr);
    const required = requiredVariable(error);
    const missing = MISSING.exec(error)?.[1];
    const blank = blankVariables(answer.stderr).filter((variable) => !(variable in values));
    if (required !== null && !(required in values)) fill(required);
    else if (missing !== undefined && !/\.ya?ml$/.test(missing) && !empty.has(missing)) {
      empty.add(missing);
      notes.push({ what: missing, why: 'missing: read as if empty' });
    } else if (/project name must not be empty/i.test(error) && name === null) name = 'project';
    else if (blank.length > 0) blank.forEach(fill);
    else return { refused: versionOne(texts, error) ?? error, notes };
  }
  return { refused: `Compose still found something missing after ${String(MOST_TRIES)} tries.`, notes };
}

/** What Compose said in the end, on one line. */
export function withoutWarnings(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.includes('level=warning')).join(' ');
}

/** The files and those they extend and include, as far as they can be found; the given ones first. */
function textsOf(paths: readonly string[]): readonly string[] {
  const texts = new Map<string, string>();
  const queue = [...paths];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (texts.has(path) || !existsSync(path)) continue;
    const text = readFileSync(path, 'utf8');
    texts.set(path, text);
    const folder = dirname(path);
    queue.push(...otherFiles(text).map((other) => resolve(folder, other)));
  }
  return [...texts.values()];
}

/** Compose speaks of "additional properties" where services stand at the top; say what is meant. */
function versionOne(texts: readonly string[], error: string): string | null {
  return texts.some(isVersionOne)
    ? `A file of version 1, with its services at the top: Compose 2 reads them under "services:" only. It says: ${error}`
    : null;
}

interface Question {
  readonly compose: string;
  readonly paths: readonly string[];
  /** A name for the project where Compose finds none. */
  readonly name: string | null;
  readonly env: NodeJS.ProcessEnv;
  /** Files that shall be there, with nothing in them. */
  readonly empty: readonly string[];
}

/** Compose's canonical form of a project, as JSON. */
async function config({ compose, paths, name, env, empty }: Question): Promise<CommandResult> {
  const flags = [...(name === null ? [] : ['--project-name', name]), ...paths.flatMap((path) => ['--file', path])];
  const command = [compose, ...flags, '--profile', '*', 'config', '--format', 'json', '--no-env-resolution'];
  if (empty.length === 0) return run(command, { env, timeout: 60_000 });
  // In a layer over their folders that only this command sees: nobody's folder is written to.
  const folders = [...new Set(empty.map((file) => existingFolder(dirname(file))))];
  const script = [
    'set -e',
    'layers=$(mktemp -d)',
    'trap \'umount -l "$layers"; rmdir "$layers"\' EXIT',
    'mount -t tmpfs tmpfs "$layers"',
    ...folders.flatMap((folder, index) => {
      const [upper, work] = [`"$layers/${String(index)}"`, `"$layers/${String(index)}w"`];
      return [
        `mkdir ${upper} ${work}`,
        `mount -t overlay -o lowerdir=${quote(folder)},upperdir=${upper},workdir=${work} overlay ${quote(folder)}`,
      ];
    }),
    ...empty.map((file) => `mkdir -p ${quote(dirname(file))}; : > ${quote(file)}`),
    command.map(quote).join(' '),
  ].join('\n');
  return run(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script], { env, timeout: 60_000 });
}

function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(dirname(folder));
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
