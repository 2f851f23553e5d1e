/** Compose: projects as the labels of their containers tell of them, and what can be done to them with the user's own Compose. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { publishedPort } from './containers.ts';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';
import { errorShape } from './schemas.ts';

/** As Compose itself allows. */
const projectName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/)
  .max(256);
const serviceName = z
  .string()
  .regex(/^[a-zA-Z0-9._-]+$/)
  .max(256);
const profileName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/)
  .max(256);
/** On the machine that Bulkhead runs on. */
const path = z.string().min(1).max(4096);

export const projectFile = z.object({ path: z.string(), exists: z.boolean() });

/**
 * Where a project's files are: `here`; `gone`, some of them; `elsewhere`, not even their folder is on this machine;
 * `untold`, by no label.
 */
export const whereabouts = z.enum(['here', 'gone', 'elsewhere', 'untold']);

export const projectService = z.object({
  name: z.string(),
  image: z.string(),
  /** Containers that run, and all of them. */
  running: z.number(),
  total: z.number(),
  /** Of those that run, how many are not healthy. */
  unhealthy: z.number(),
  containers: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
  published: z.array(publishedPort),
});

export const projectView = z.object({
  name: z.string(),
  /** Where it was brought up; `''`: not told. */
  folder: z.string(),
  files: z.array(projectFile),
  envFiles: z.array(projectFile),
  whereabouts,
  running: z.number(),
  total: z.number(),
  services: z.array(projectService),
  /** Names of what goes with it: its networks, and the volumes that only `down` with volumes removes. */
  networks: z.array(z.string()),
  volumes: z.array(z.string()),
  /** It has no container: Bulkhead remembers it since it was taken down, or opened, here. */
  remembered: z.boolean(),
});

export const composeTool = z.object({
  /** Null: there is none, for the reason beside it. */
  found: z.object({ version: z.string(), command: z.string() }).nullable(),
  error: errorShape.nullable(),
});

/** What its files say, as Compose reads them. */
export const composeModel = z.object({
  name: z.string(),
  services: z.array(
    z.object({
      name: z.string(),
      image: z.string(),
      /** Whether it is built from a folder. */
      builds: z.boolean(),
      /** None: it is always there. */
      profiles: z.array(z.string()),
      replicas: z.number(),
    }),
  ),
  /** All that services name. */
  profiles: z.array(z.string()),
  /** Those without which something that is there now would not be. */
  active: z.array(z.string()),
});

const upOptions = z.object({
  profiles: z.array(profileName).max(100),
  build: z.boolean().optional(),
  /** Makes containers anew that have not changed. */
  recreate: z.boolean().optional(),
  /** Asks registries for newer images. */
  pull: z.boolean().optional(),
  /** Removes containers of services that the files do not name any more. */
  removeOrphans: z.boolean().optional(),
});

/** A file, or a folder in which Compose looks for one. */
const place = { path, envFiles: z.array(path).max(20) };

export const composeAction = z.enum(['start', 'stop', 'restart', 'pull', 'build']);

const project = z.object({ project: projectName });

export const composeContract = {
  watch: procedure.output(eventIterator(z.array(projectView))),
  /** Looked for anew at every call. */
  tool: procedure.output(composeTool),
  model: procedure.input(project).output(composeModel),
  /** What a file that is about to be opened says, and what the project will be called. */
  read: procedure.input(z.object({ ...place, name: projectName.optional() })).output(composeModel),
  /** The whole configuration as Compose understands it, in YAML. */
  config: procedure.input(project).output(z.object({ text: z.string() })),
  open: procedure.input(z.object({ ...place, name: projectName.optional(), ...upOptions.shape })).output(startedJob),
  up: procedure.input(project.extend(upOptions.shape)).output(startedJob),
  /** `services`: only these. */
  act: procedure
    .input(project.extend({ action: composeAction, services: z.array(serviceName).max(500).optional() }))
    .output(startedJob),
  scale: procedure
    .input(project.extend({ service: serviceName, replicas: z.number().int().min(0).max(1000) }))
    .output(startedJob),
  /** `volumes`: what is in its volumes is lost too. */
  down: procedure.input(project.extend({ volumes: z.boolean() })).output(startedJob),
  /** Of one that is only remembered. */
  forget: procedure.input(project),
};

export type ProjectView = z.infer<typeof projectView>;
export type ProjectService = z.infer<typeof projectService>;
export type ProjectFile = z.infer<typeof projectFile>;
export type Whereabouts = z.infer<typeof whereabouts>;
export type ComposeModel = z.infer<typeof composeModel>;
export type ComposeToolView = z.infer<typeof composeTool>;
export type ComposeAction = z.infer<typeof composeAction>;
export type UpOptions = z.infer<typeof upOptions>;
