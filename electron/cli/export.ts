/** `bulkhead export`: one picture or file of the engine, to a file or to standard output.  The formats are `app/export/formats.ts`. */
import { writeFile } from 'node:fs/promises';
import { BulkheadError } from '../../shared/errors.ts';
import { localDay } from '../../shared/exports/day.ts';
import { readRecorded } from '../../shared/exports/read-recorded.ts';
import type { Recorded } from '../../shared/exports/recorded.ts';
import type { DiagramScope } from '../../shared/diagram/model.ts';
import { inScope, scopeText } from '../../shared/diagram/scope.ts';
import { LAYERS, type Shown } from '../../shared/diagram/shown.ts';
import { isZone } from '../../shared/topology/model.ts';
import { DETAIL_SCALES, PAPERS, THEMES, VIEWS, type ExportRequest } from '../app/export/format.ts';
import { changesOf, FORMATS, isFormat, type FormatName } from '../app/export/formats.ts';
import { resolveEndpoint } from '../app/names.ts';
import type { Session } from '../app/session.ts';
import { UsageError, type Command, type Options } from './arguments.ts';
import { readGiven } from './given-file.ts';
import { EXIT, type Terminal } from './terminal.ts';

const PICTURES: readonly FormatName[] = ['svg', 'png', 'pdf'];
/** What shows the diagram; all else is data or a policy. */
const DRAWN: readonly FormatName[] = [...PICTURES, 'mermaid', 'dot', 'drawio'];

export async function exportPicture(session: Session, { options }: Command, terminal: Terminal): Promise<number> {
  const before = options.diff === undefined ? null : await recordedIn(options.diff);
  const format = before && isForText(options) ? null : formatOf(options);
  if (before && format !== null && !FORMATS[format].compares) {
    const can = Object.entries(FORMATS).flatMap(([name, { compares }]) => (compares ? [name] : []));
    throw new UsageError(
      `"${format}" shows no changes.`,
      `Formats that do: ${can.join(', ')}; without one it is text.`,
    );
  }
  const request = requestOf(options, terminal.env, ({ message, hint }) =>
    terminal.err(`${[message, hint].join(' ').trim()}\n`),
  );
  await session.observe();
  checkScope(session, options, request.scope);
  const shown = shownBy(session, options, request.scope);
  const asked = { ...request, shown, before };
  const content =
    before && format === null
      ? changesOf(session, { ...asked, before })
      : await FORMATS[format ?? 'json'].write(session, asked);
  // As everywhere, and as --diff takes it.
  if (options.output !== undefined && options.output !== '-') {
    await writeFile(options.output, content).catch((thrown: unknown) => {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw new BulkheadError({ code: 'STORAGE', message, hint: 'Name another file with -o.' });
    });
  } else if (typeof content === 'string') {
    terminal.out(content);
  } else {
    terminal.bytes(content);
  }
  return EXIT.ok;
}

/** Begins to load what the format needs, while the engine is still to be asked; what fails then fails again when it is used. */
export function prepareExport({ options }: Command): void {
  const format = options.format ?? formatOfFile(options.output ?? '');
  if (format !== null && isFormat(format)) FORMATS[format].prepare?.().catch(() => undefined);
}

/** An export that was kept. @throws UsageError, BulkheadError `BAD_INPUT` */
async function recordedIn(file: string): Promise<Recorded> {
  return readRecorded(file, await readGiven(file, 'Name a file with --diff.'));
}

/** Changes are text unless a format is told, or a file that can be of none but one. */
function isForText(options: Options): boolean {
  return options.format === undefined && (options.output === undefined || formatOfFile(options.output) === null);
}

/** Told by `--format`, else by the ending of the file's name. */
function formatOf({ format, output }: Options): FormatName {
  const names = Object.keys(FORMATS).join(', ');
  if (format !== undefined) {
    if (isFormat(format)) return format;
    throw new UsageError(`There is no format "${format}".`, `Formats: ${names}.`);
  }
  const told = formatOfFile(output ?? '');
  if (told !== null) return told;
  throw new UsageError('Say what to make with --format.', `Formats: ${names}.`);
}

function formatOfFile(name: string): FormatName | null {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  const told = Object.entries(FORMATS).find(([, { extension }]) => extension === ending)?.[0];
  return told !== undefined && isFormat(told) ? told : null;
}

function requestOf(
  options: Options,
  env: NodeJS.ProcessEnv,
  note: ExportRequest['note'],
): Omit<ExportRequest, 'before' | 'shown'> {
  const { project, network, filter, date = today(env) } = options;
  if (date !== 'none' && !isDay(date)) {
    throw new UsageError(`"${date}" is no date: write it like 2026-03-01, or none.`);
  }
  return {
    scope: {
      ...(project === undefined ? {} : { project }),
      ...(network === undefined ? {} : { network }),
      ...(filter === undefined ? {} : { filter }),
    },
    view: oneOf('view', VIEWS, options.view ?? 'diagram'),
    theme: oneOf('theme', THEMES, options.theme ?? 'auto'),
    scale: scaleOf(options.scale ?? 'auto'),
    paper: oneOf('paper', PAPERS, (options.paper ?? 'a4').toLowerCase()),
    date: date === 'none' ? '' : date,
    fonts: options.fonts,
    note,
  };
}

function scaleOf(text: string): ExportRequest['scale'] {
  return oneOf('scale', DETAIL_SCALES, DETAIL_SCALES.find((one) => String(one) === text) ?? text);
}

/** A day that the calendar has. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Builds that must be the same tomorrow say when they are (reproducible-builds.org), in seconds. */
function today(env: NodeJS.ProcessEnv): string {
  const told = env['SOURCE_DATE_EPOCH'] ?? '';
  if (told === '') return localDay(new Date());
  const time = new Date(/^\d{1,12}$/.test(told) ? Number(told) * 1000 : NaN);
  if (Number.isNaN(time.getTime()))
    throw new UsageError(
      `SOURCE_DATE_EPOCH is "${told}", which is no time.`,
      'It takes seconds since 1970; or unset it.',
    );
  return time.toISOString().slice(0, 10);
}

function oneOf<Value extends string | number>(name: string, values: readonly Value[], value: string | number): Value {
  const found = values.find((one) => one === value);
  if (found === undefined) throw new UsageError(`--${name} takes one of ${values.join(', ')}.`);
  return found;
}

/** @throws UsageError for what is not there, or where it says nothing */
function shownBy(
  session: Session,
  { focus, folds, layers, view, diff, format, output }: Options,
  scope: DiagramScope,
): Shown {
  const isAsked = focus !== undefined || folds.length > 0 || layers.length > 0;
  if (view === 'matrix' && diff !== undefined)
    throw new UsageError('What changed is shown as a diagram or as text, not as a matrix.', 'Leave --view out.');
  if (!isAsked && view !== 'matrix') return {};
  const made = format ?? formatOfFile(output ?? '') ?? 'text';
  const drawn = view === 'matrix' ? PICTURES : DRAWN;
  if (!drawn.some((one) => one === made))
    throw new UsageError(`"${made}" is no picture: it has everything.`, `Pictures here: ${drawn.join(', ')}.`);
  if (isAsked && view === 'matrix')
    throw new UsageError('--layer, --fold and --focus are of the diagram, not of the matrix.');
  if (isAsked && diff !== undefined)
    throw new UsageError('What changed is shown in full, without --layer, --fold and --focus.');
  const { endpoints, networks } = session.topology();
  const projects = endpoints.flatMap((one) => (isZone(one) ? [] : [one.project]));
  const folded = { projects: new Set<string>(), networks: new Set<string>() };
  for (const fold of folds) {
    const [, kind, name = ''] = /^(project|network):(.+)$/.exec(fold) ?? [];
    if (kind === undefined)
      throw new UsageError(`"${fold}" is nothing to fold.`, 'Write project:NAME or network:NAME.');
    const known = kind === 'project' ? projects : networks.map((one) => one.name);
    if (!known.includes(name)) throw new UsageError(`There is no ${kind} "${name}".`);
    folded[kind === 'project' ? 'projects' : 'networks'].add(name);
  }
  return {
    ...(layers.length === 0 ? {} : { layers: layers.map((layer) => oneOf('layer', LAYERS, layer)) }),
    ...(folds.length === 0 ? {} : { folded }),
    ...(focus === undefined ? {} : { focus: inPicture(session, focus, scope) }),
  };
}

/** Whom the picture is about has to be in it. */
function inPicture(session: Session, focus: string, scope: DiagramScope): string {
  const { id, name } = resolveEndpoint.one(focus, session.topology());
  if (inScope(session.topology(), scope).some((one) => one.id === id)) return id;
  throw new UsageError(
    `"${name}" is not in the picture.`,
    'Leave --project, --network and --filter out, or widen them, to see whom it gets to.',
  );
}

/** A scope that names nothing is a mistake, not an empty picture. */
function checkScope(session: Session, { project, network }: Options, scope: DiagramScope): void {
  const topology = session.topology();
  const { endpoints, networks } = topology;
  const projects = new Set(endpoints.flatMap((one) => (isZone(one) || one.project === '' ? [] : [one.project])));
  if (project !== undefined && !projects.has(project)) {
    throw new UsageError(`There is no project "${project}".`, `Projects here: ${[...projects].join(', ') || 'none'}.`);
  }
  const names = networks.map(({ name }) => name);
  if (network !== undefined && !names.includes(network)) {
    throw new UsageError(`There is no network "${network}".`, `Networks here: ${names.join(', ')}.`);
  }
  if (Object.keys(scope).length > 0 && inScope(topology, scope).every((one) => isZone(one)))
    throw new UsageError(
      `Nothing here is in this scope: ${scopeText(scope)}.`,
      'See "bulkhead matrix" for what there is.',
    );
}
