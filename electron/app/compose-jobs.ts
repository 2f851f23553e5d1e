/** What is done to Compose projects as jobs. */
import { activeProfiles } from '../../shared/compose/profiles.ts';
import type { ComposeAction, ComposeModel, UpOptions } from '../../shared/contract/compose.ts';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { ComposeDomain, ComposeSource } from '../engine/domains/compose.ts';
import type { ProjectStore } from '../store/compose-projects.ts';
import { projectRows, type ProjectRow } from './compose-rows.ts';
import type { Jobs } from './jobs.ts';

export interface ComposeStage {
  readonly jobs: Pick<Jobs, 'start'>;
  readonly compose: ComposeDomain;
  readonly topology: Topology;
  /** Those of this engine. */
  readonly remembered: ProjectStore;
}

/** @throws BulkheadError `NOT_FOUND` */
export async function findProject(
  { topology, remembered }: Pick<ComposeStage, 'topology' | 'remembered'>,
  name: string,
): Promise<ProjectRow> {
  const found = projectRows(topology, await remembered.list()).find(({ source }) => source.name === name);
  if (found) return found;
  throw new BulkheadError({
    code: 'NOT_FOUND',
    message: `There is no project ${name} (any more).`,
    hint: 'Open its Compose file to bring it up.',
  });
}

/** What its files say, with the profiles that are in force. */
export async function modelOf(
  compose: ComposeDomain,
  { source, services }: ProjectRow,
  signal?: AbortSignal,
): Promise<ComposeModel> {
  const model = await compose.model(source, { signal });
  return { ...model, active: activeProfiles(model.services, new Set(services.map(({ name }) => name))) };
}

export async function startUp(stage: ComposeStage, project: string, options: UpOptions): Promise<string> {
  const { source } = await findProject(stage, project);
  return begin(stage, source, options);
}

/** What is opened is remembered, also where it does not come up: it is corrected and tried again. */
export async function startOpen(
  stage: ComposeStage,
  opened: { readonly path: string; readonly envFiles: readonly string[]; readonly name?: string | undefined },
  options: UpOptions,
): Promise<string> {
  const located = await stage.compose.locate(opened.path, opened.envFiles);
  const wanted = { ...located, name: opened.name ?? '' };
  const source = { ...wanted, name: (await stage.compose.model(wanted)).name };
  await stage.remembered.remember(source);
  return begin(stage, source, options);
}

function begin({ jobs, compose }: ComposeStage, source: ComposeSource, options: UpOptions): string {
  return jobs.start({
    kind: 'compose-up',
    about: [about(source)],
    work: async (report) => {
      await compose.up(source, { ...options, report, signal: report.signal });
      return { project: source.name };
    },
  });
}

export async function startAction(
  stage: ComposeStage,
  project: string,
  {
    action,
    services: chosen = [],
  }: { readonly action: ComposeAction; readonly services?: readonly string[] | undefined },
): Promise<string> {
  const { jobs, compose } = stage;
  const row = await findProject(stage, project);
  const { source, services } = row;
  return jobs.start({
    kind: `compose-${action}`,
    about: chosen.length === 0 ? [about(source)] : chosen.map((name) => ({ id: name, name })),
    work: async (report) => {
      const { signal } = report;
      const needsFiles = action === 'pull' || action === 'build';
      // Of the files' services those without a container cannot be started: only `up` makes one.
      const named = chosen.length > 0 || needsFiles ? chosen : services.map(({ name }) => name);
      const profiles = needsFiles ? (await modelOf(compose, row, signal)).active : [];
      await compose.act(source, action, { services: named, profiles, report, signal });
    },
  });
}

export async function startScale(
  stage: ComposeStage,
  project: string,
  { service, replicas }: { readonly service: string; readonly replicas: number },
): Promise<string> {
  const { source } = await findProject(stage, project);
  return stage.jobs.start({
    kind: 'compose-scale',
    about: [{ id: service, name: `${service} = ${String(replicas)}` }],
    work: (report) => stage.compose.scale(source, { service, replicas, report, signal: report.signal }),
  });
}

/** It is remembered, so that it can be brought up again. */
export async function startDown(stage: ComposeStage, project: string, volumes: boolean): Promise<string> {
  const { source } = await findProject(stage, project);
  return stage.jobs.start({
    kind: 'compose-down',
    about: [about(source)],
    work: async (report) => {
      // A disk that is full must not keep a project up.
      await stage.remembered.remember(source).catch((thrown: unknown) => report.line(toErrorShape(thrown).message));
      await stage.compose.down(source, { volumes, report, signal: report.signal });
    },
  });
}

function about({ name }: ComposeSource): { readonly id: string; readonly name: string } {
  return { id: name, name };
}
