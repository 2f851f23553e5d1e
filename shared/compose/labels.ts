/** What the labels of a container tell of the Compose project that it belongs to.  Hostile text, paths included. */
import { COMPOSE_PROJECT_LABEL } from '../topology/model.ts';

const PREFIX = `${COMPOSE_PROJECT_LABEL}.`;
const FOLDER = `${PREFIX}working_dir`;
const FILES = `${PREFIX}config_files`;
const ENV_FILES = `${PREFIX}environment_file`;
const ONE_OFF = 'com.docker.compose.oneoff';

export interface ProjectPlace {
  /** `''`: not told. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
}

/** Where the project was brought up. */
export function placeOf(labels: Readonly<Record<string, string>>): ProjectPlace {
  return {
    folder: labels[FOLDER] ?? '',
    // From standard input: there is no such file.
    files: pathsOf(labels[FILES]).filter((path) => path !== '-'),
    envFiles: pathsOf(labels[ENV_FILES]),
  };
}

/** Made by `compose run`: it is nobody's replica. */
export function isOneOff(labels: Readonly<Record<string, string>>): boolean {
  return labels[ONE_OFF]?.toLowerCase() === 'true';
}

/** For engines that are made up. */
export function placeLabels({ folder, files }: ProjectPlace): Readonly<Record<string, string>> {
  return { [FOLDER]: folder, [FILES]: files.join(',') };
}

function pathsOf(text = ''): readonly string[] {
  return text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}
