/** Brings compose files up on a lab with real Compose, compares, and takes everything down again. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run, type CommandResult } from '../../engines/run.ts';
import { ADDRESSES } from '../../engines/namespace.ts';
import { TEST_IMAGE } from '../../fixture/image.ts';
import type { Comparison } from '../compare.ts';
import type { Lab } from '../lab.ts';
import { look } from '../wire.ts';
import type { PathKind, StandIn } from './mounts.ts';
import type { ComposeProject, Note } from './project.ts';
import { resolveProject, withoutWarnings, type Refusal } from './resolve.ts';
import { labProject, type LabMachine, type LabProject } from './transform.ts';

/** What became of one project. */
export type ComposeOutcome =
  | {
      readonly kind: 'compared';
      readonly comparison: Comparison;
      readonly containers: number;
      readonly notes: readonly Note[];
    }
  | { readonly kind: 'refused'; readonly reason: string; readonly notes: readonly Note[] };

/** @param files one project's files, the later ones on top; `compose` is the path of Compose. */
export async function runCompose(lab: Lab, compose: string, files: readonly string[]): Promise<ComposeOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-compose-'));
  try {
    const env = await environment(lab, folder);
    const resolved = await resolveProject({ compose, files, env });
    if ('refused' in resolved) return { kind: 'refused', reason: resolved.refused, notes: resolved.notes };
    const machine = await machineOf(lab, resolved.project, join(folder, 'machine'));
    const file = join(folder, 'compose.json');
    const attempt = async (on: LabMachine): Promise<ComposeOutcome> => {
      const project = labProject(resolved.project, on);
      const notes = [...resolved.notes, ...project.notes];
      if (project.hidden.length > 0) {
        const reason = `A network of the project has ${project.hidden.join(', ')} in it, where the lab’s neighbours are.`;
        return { kind: 'refused', reason, notes };
      }
      await writeFile(file, JSON.stringify(project.project));
      const outcome = await withMachine(lab, project, () => upAndCompare(lab, [compose, '--file', file], env, project));
      return 'refused' in outcome
        ? { kind: 'refused', reason: outcome.refused, notes }
        : { kind: 'compared', comparison: outcome, containers: project.containers, notes };
    };
    const outcome = await attempt(machine);
    // Not the file's fault, nor the engine's: this machine is itself a container that may not do everything.
    return outcome.kind === 'refused' && /unable to apply caps: operation not permitted/.test(outcome.reason)
      ? await attempt({ ...machine, canGiveCapabilities: false })
      : outcome;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function upAndCompare(
  lab: Lab,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  project: LabProject,
): Promise<Comparison | Refusal> {
  const call = (...words: string[]): Promise<CommandResult> =>
    run([...command, '--progress', 'quiet', ...words], { env, timeout: 300_000 });
  const down = (): Promise<CommandResult> => call('down', '--volumes', '--remove-orphans', '--timeout', '0');
  let result: Comparison | Refusal;
  try {
    result = await up(lab, call, project);
  } catch (thrown) {
    await down();
    throw thrown;
  }
  const { code, stderr } = await down();
  // What stays would be part of the next comparison.
  if (code !== 0) throw new Error(`Compose did not take ${project.project.name} down: ${withoutWarnings(stderr)}`);
  return result;
}

async function up(
  lab: Lab,
  call: (...words: string[]) => Promise<CommandResult>,
  { project, containers }: LabProject,
): Promise<Comparison | Refusal> {
  const offline = ['--pull', 'never', '--no-build', '--remove-orphans'];
  const { code, stderr } = await call('up', '--detach', '--wait', '--wait-timeout', '120', ...offline);
  if (code !== 0) return { refused: withoutWarnings(stderr) || `Compose ended with ${String(code)}.` };
  const running = (await lab.docker.listContainers()).filter(
    ({ Labels, State }) => Labels['com.docker.compose.project'] === project.name && State === 'running',
  );
  if (running.length !== containers) {
    return { refused: `Of ${String(containers)} containers ${String(running.length)} run.` };
  }
  return await lab.compare();
}

/** The person's own environment fills in variables; what steers Compose and the engine is ours. */
async function environment({ engine }: Lab, folder: string): Promise<NodeJS.ProcessEnv> {
  const config = join(folder, 'docker');
  await mkdir(config);
  const own = Object.entries(process.env).filter(([name]) => !/^(DOCKER|COMPOSE)_/.test(name));
  return { ...Object.fromEntries(own), DOCKER_HOST: engine.url, DOCKER_CONFIG: config };
}

async function machineOf({ engine }: Lab, project: ComposeProject, mirror: string): Promise<LabMachine> {
  const paths = pathsOf(project);
  // Asked where the engine is: its /run and /proc are not this process's.
  const ask =
    'for path; do if [ -d "$path" ]; then echo folder; elif [ -e "$path" ]; then echo file; else echo missing; fi; done';
  const { stdout } = await engine.exec(['sh', '-c', ask, 'ask', ...paths]);
  const kinds = new Map(stdout.split('\n').map((kind, index) => [paths[index] ?? '', kind as PathKind]));
  const [seen] = await look(engine, ['/proc/self/ns/net']);
  const links = await engine.exec(['sh', '-c', 'ip -o link | cut -d: -f2 | cut -d@ -f1 | tr -d " "']);
  return {
    disk: { kindOf: (path) => kinds.get(path) ?? 'missing', mirror },
    interfaces: new Set(links.stdout.split('\n')),
    addresses: new Set(seen?.addresses ?? []),
    image: TEST_IMAGE,
    canGiveCapabilities: true,
    neighbours: [ADDRESSES.lan, ADDRESSES.lan6, ADDRESSES.internet, ADDRESSES.internet6],
  };
}

function pathsOf({ services, volumes = {} }: ComposeProject): readonly string[] {
  const binds = Object.values(services).flatMap(({ volumes: mounts = [] }) =>
    mounts.flatMap(({ type, source }) => (type === 'bind' && source !== undefined ? [source] : [])),
  );
  const devices = Object.values(volumes).flatMap((volume) => volume?.driver_opts?.['device'] ?? []);
  return [...new Set([...binds, ...devices, '/var/run/docker.sock'])];
}

/** Gives the machine what the project needs of it, for as long as `work` takes. */
async function withMachine<T>({ engine }: Lab, project: LabProject, work: () => Promise<T>): Promise<T> {
  // Files first: where one mount wants a file and another a folder, the folder may be a file too.
  const standIns = [...project.standIns].sort((a, b) => Number(b.kind === 'file') - Number(a.kind === 'file'));
  for (const standIn of standIns) await make(standIn);
  const steps = [
    ...project.parents.flatMap((name) => [
      {
        place: 'host' as const,
        add: ['ip', 'link', 'add', name, 'up', 'type', 'veth', 'peer', 'name', name, 'netns', 'outside'],
        remove: ['ip', 'link', 'del', name],
      },
      // Nobody answers at the far end, but the cable is plugged in: without, what stands on it is dead too.
      {
        place: 'outside' as const,
        add: ['ip', 'link', 'set', name, 'up'],
        remove: ['ip', 'link', 'set', name, 'down'],
      },
    ]),
    ...project.addresses.flatMap((address) => {
      const six = address.includes(':');
      const whole = `${address}/${six ? '128' : '32'}`;
      const via = six ? ADDRESSES.host6 : ADDRESSES.host;
      return [
        {
          place: 'host' as const,
          add: ['ip', 'addr', 'add', whole, 'dev', 'uplink', ...(six ? ['nodad'] : [])],
          remove: ['ip', 'addr', 'del', whole, 'dev', 'uplink'],
        },
        // The neighbours know the way to it, as they do on a network where it belongs.
        {
          place: 'outside' as const,
          add: ['ip', 'route', 'add', whole, 'via', via],
          remove: ['ip', 'route', 'del', whole, 'via', via],
        },
      ];
    }),
  ];
  const done: typeof steps = [];
  try {
    for (const step of steps) {
      const { code, stderr } = await engine.exec(step.add, { place: step.place });
      if (code !== 0) throw new Error(`"${step.add.join(' ')}" failed: ${stderr}`);
      done.push(step);
    }
    return await work();
  } finally {
    for (const { remove, place } of done.reverse()) await engine.exec(remove, { place });
  }
}

async function make({ path, kind }: StandIn): Promise<void> {
  await mkdir(kind === 'folder' ? path : dirname(path), { recursive: true }).catch((error: unknown) => {
    // Two mounts of one thing that is not there: whoever needs a file was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  if (kind === 'file') await writeFile(path, '', { flag: 'a' });
}
