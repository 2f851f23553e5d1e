/** What Compose and Swarm run in the leak test's world, changed by their own means. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureCompose } from '../engines/compose.ts';
import type { RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import { runOk } from '../engines/run.ts';
import { dockerJson, dockerRequest } from '../fixture/docker-http.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { bindsOf, VAULT } from './places.ts';

export interface Services {
  /** One replica each of the Compose service `worker`, on the network `vault`, and of the Swarm service `task`, which is not. */
  start(): Promise<void>;
  /** `docker-compose up -d` with more arguments. */
  composeUp(...more: readonly string[]): Promise<void>;
  /** As `docker service scale`; returns when as many tasks run. */
  scaleSwarm(replicas: number): Promise<void>;
}

/** @param folder as the world's. */
export function openServices(engine: RunningEngine, folder: string): Services {
  const { socket } = engine;
  const composeUp: Services['composeUp'] = async (...more) => {
    const argv = [await ensureCompose(), '-f', join(folder, 'compose.yml'), 'up', '-d', '--pull', 'never', ...more];
    await runOk(argv, { env: { ...process.env, DOCKER_HOST: engine.url }, timeout: 60_000 });
  };
  return {
    composeUp,
    async start() {
      await writeFile(join(folder, 'compose.yml'), composeFile(folder));
      await composeUp();
      await dockerJson(socket, {
        method: 'POST',
        path: '/swarm/init',
        body: { ListenAddr: `${ADDRESSES.host}:2377`, AdvertiseAddr: ADDRESSES.host },
      });
      const network = { Name: 'mesh', Driver: 'overlay', CheckDuplicate: true };
      await dockerJson(socket, { method: 'POST', path: '/networks/create', body: network });
      await dockerJson(socket, { method: 'POST', path: '/services/create', body: serviceSpec(folder, 1) });
      await tasksRun(socket, 1);
    },
    async scaleSwarm(replicas) {
      const { Version } = await dockerJson<{ Version: { Index: number } }>(socket, {
        method: 'GET',
        path: '/services/task',
      });
      await dockerRequest(socket, {
        method: 'POST',
        path: '/services/task/update',
        query: { version: Version.Index },
        body: serviceSpec(folder, replicas),
      });
      await tasksRun(socket, replicas);
    },
  };
}

const COMMAND = (name: string): readonly string[] => [
  '/usr/bin/perl',
  '/leak/peer.pl',
  `${name}*`,
  `/leak/log/${name}`,
  '/leak/targets',
];

/** JSON is YAML. */
function composeFile(folder: string): string {
  const worker = {
    image: TEST_IMAGE,
    command: COMMAND('worker'),
    stop_signal: 'SIGKILL',
    networks: [VAULT.name],
    volumes: bindsOf(folder),
  };
  return JSON.stringify({
    name: 'shop',
    services: { worker },
    networks: { [VAULT.name]: { external: true } },
  });
}

function serviceSpec(folder: string, replicas: number): object {
  const mounts = bindsOf(folder).map((bind) => {
    const [Source, Target, mode] = bind.split(':');
    return { Type: 'bind', Source, Target, ReadOnly: mode === 'ro' };
  });
  return {
    Name: 'task',
    TaskTemplate: {
      ContainerSpec: { Image: TEST_IMAGE, Command: COMMAND('task'), Mounts: mounts, StopSignal: 'SIGKILL' },
      Networks: [{ Target: 'mesh' }],
    },
    Mode: { Replicated: { Replicas: replicas } },
    // Not every kernel has the balancer of virtual addresses (IPVS).
    EndpointSpec: { Mode: 'dnsrr' },
  };
}

/** Until so many tasks run, and no more of their containers: one that is to end is on its networks until it has. */
async function tasksRun(socket: string, replicas: number): Promise<void> {
  const until = Date.now() + 30_000;
  const ask = <T>(path: string, filters: object): Promise<T> =>
    dockerJson<T>(socket, { method: 'GET', path, query: { filters: JSON.stringify(filters) } });
  for (;;) {
    const tasks = await ask<{ Status: { State: string } }[]>('/tasks', { service: ['task'] });
    const running = tasks.filter(({ Status }) => Status.State === 'running').length;
    const label = ['com.docker.swarm.service.name=task'];
    const containers = (await ask<unknown[]>('/containers/json', { label, status: ['running'] })).length;
    if (running === replicas && containers === replicas) return;
    if (Date.now() > until) {
      throw new Error(`${String(running)} tasks run in ${String(containers)} containers, not ${String(replicas)}.`);
    }
    await pause(100);
  }
}
