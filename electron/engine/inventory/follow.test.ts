import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import type { DockerApi } from '../connection/api.ts';
import { connectionFault, refusal } from '../connection/faults.ts';
import { assemble, type Parts } from './assemble.ts';
import { follow } from './follow.ts';

/** An engine of which the test decides everything. */
class FakeEngine {
  readonly containers = new Map<string, object>();
  readonly asked: string[] = [];
  readonly streamed: unknown[] = [];
  events = new PassThrough();
  /** Takes the place of an answer when it throws or resolves to something. */
  hook: (path: string) => unknown = () => undefined;

  add(id: string, name: string, labels: Record<string, string> = {}): void {
    this.containers.set(id, {
      Id: id,
      Name: `/${name}`,
      State: { Status: 'running' },
      Config: { Labels: labels },
      Labels: labels,
    });
  }

  emit(Action: string, ID: string, Type = 'container'): void {
    this.events.write(`${JSON.stringify({ Type, Action, Actor: { ID, Attributes: {} } })}\n`);
  }

  readonly api: DockerApi = {
    address: 'unix:///fake',
    target: { address: 'unix:///fake', dial: { kind: 'socket', path: '/fake' } },
    apiVersion: '1.51',
    server: { version: '1', kind: 'docker' },
    request: async (path) => {
      this.asked.push(path);
      const special = await this.hook(path);
      if (special !== undefined) return special;
      if (path === '/info') return { SystemTime: '2024-05-01T12:00:00Z' };
      if (path === '/networks') return [];
      if (path === '/volumes') return { Volumes: null };
      if (path === '/containers/json') return [...this.containers.values()];
      await new Promise((resolve) => setImmediate(resolve));
      const found = this.containers.get(path.split('/')[2] ?? '');
      if (!found) throw refusal(404, 'No such container');
      return found;
    },
    requestEach: async (paths, _options, onAnswer) => {
      await Promise.all(
        paths.map(async (path, index) => {
          const answer = this.api.request(path).then(
            (json) => ({ json }),
            (error: unknown) => ({ error: error as Error }),
          );
          onAnswer(index, await answer);
        }),
      );
    },
    stream: (path, options) => {
      this.streamed.push({ path, query: options?.query });
      const events = this.events;
      options?.signal?.addEventListener('abort', () => events.destroy());
      return Promise.resolve(events as unknown as IncomingMessage);
    },
    docker: null as never,
    close: () => undefined,
    openConnections: () => 0,
  };

  inspections(): string[] {
    return this.asked.filter((path) => /^\/containers\/.+\/json$/.test(path)).map((path) => path.split('/')[2] ?? '');
  }
}

const abort: AbortController[] = [];
afterEach(() => {
  for (const controller of abort.splice(0)) controller.abort();
});

interface Followed {
  readonly names: () => string[];
  readonly volumes: () => string[];
  readonly told: () => number;
  /** Resolves at the next time parts are told. */
  readonly next: () => Promise<void>;
  readonly following: Awaited<ReturnType<typeof follow>>;
}

async function followed(engine: FakeEngine, reconcileMs?: number): Promise<Followed> {
  const controller = new AbortController();
  abort.push(controller);
  let names: string[] = [];
  let volumes: string[] = [];
  let told = 0;
  let wake = (): void => undefined;
  const onParts = (parts: Parts): void => {
    const topology = assemble({ ...parts, volumes: [...parts.volumes] });
    names = topology.endpoints.map(({ name }) => name).slice(0, -3);
    volumes = (topology.volumes ?? []).map(({ name }) => name);
    told += 1;
    wake();
  };
  const following = await follow(engine.api, {
    signal: controller.signal,
    onParts,
    ...(reconcileMs ? { reconcileMs } : {}),
  });
  return {
    names: () => names,
    volumes: () => volumes,
    told: () => told,
    next: () => new Promise((resolve) => (wake = resolve)),
    following,
  };
}

it('subscribes by the clock of the engine before it lists, and never inspects our own', async () => {
  const engine = new FakeEngine();
  for (let at = 0; at < 50; at += 1) engine.add(`c${at}`, `n${at}`);
  engine.add('ours', 'helper', { 'dev.bulkhead': 'helper' });
  let streamedBeforeList = false;
  engine.hook = (path) => void (path === '/containers/json' && (streamedBeforeList = engine.streamed.length === 1));
  const { names } = await followed(engine);
  expect(streamedBeforeList).toBe(true);
  expect(engine.streamed).toEqual([
    {
      path: '/events',
      query: { since: '1714564800.000', filters: { type: ['container', 'network', 'volume', 'service', 'node'] } },
    },
  ]);
  expect(names()).toHaveLength(50);
  expect(engine.inspections()).toHaveLength(50);
});

it('inspects once more a container whose answer spoke of another', async () => {
  const engine = new FakeEngine();
  for (const id of ['a', 'b']) engine.add(id, id);
  let mixed = 0;
  engine.hook = (path) =>
    path === '/containers/a/json' && (mixed += 1) === 1 ? engine.containers.get('b') : undefined;
  const { names } = await followed(engine);
  expect(names()).toEqual(['a', 'b']);
  expect(engine.inspections().filter((id) => id === 'a')).toHaveLength(2);
});

it('fetches only what an event names, and once for many events', async () => {
  const engine = new FakeEngine();
  for (const id of ['a', 'b', 'c']) engine.add(id, id);
  const { names, next } = await followed(engine);
  engine.asked.length = 0;
  engine.add('a', 'renamed');
  const told = next();
  engine.emit('rename', 'a');
  await told;
  expect(names()).toEqual(['b', 'c', 'renamed']);
  expect(engine.asked).toEqual(['/containers/a/json']);
  const again = next();
  for (let at = 0; at < 200; at += 1) engine.emit('start', 'b');
  engine.containers.delete('c');
  engine.emit('start', 'c');
  engine.emit('destroy', 'c');
  await again;
  expect(names()).toEqual(['b', 'renamed']);
  expect(engine.inspections()).toEqual(['a', 'b']);
});

it('hears an event that comes while it lists, and acts on it after the list', async () => {
  const engine = new FakeEngine();
  engine.add('a', 'before');
  engine.hook = async (path) => {
    if (path !== '/networks' || engine.asked.filter((asked) => asked === path).length > 1) return undefined;
    engine.emit('rename', 'a');
    await new Promise((resolve) => setImmediate(resolve));
    return undefined;
  };
  const { next, names } = await followed(engine);
  engine.add('a', 'after');
  await next();
  expect(names()).toEqual(['after']);
});

it('finds by itself what no event told', async () => {
  const engine = new FakeEngine();
  const { next, names } = await followed(engine, 5);
  engine.add('lost', 'lost');
  while (names().length === 0) await next();
  expect(names()).toEqual(['lost']);
});

it('goes on past a container that is gone or cannot be described, keeping what it knew', async () => {
  const engine = new FakeEngine();
  for (const id of ['gone', 'odd', 'new-and-odd']) engine.add(id, id);
  engine.hook = (path) => {
    if (path === '/containers/gone/json') throw refusal(404, 'No such container');
    if (path === '/containers/new-and-odd/json') throw refusal(500, 'layer missing');
    return undefined;
  };
  const { names, following } = await followed(engine);
  expect(names()).toEqual(['odd']);
  engine.hook = (path) => {
    if (path.startsWith('/containers/odd')) throw refusal(500, 'layer missing');
    return undefined;
  };
  await following.refresh();
  expect(names()).toEqual(['gone', 'new-and-odd', 'odd']);
});

it('follows volumes by their events, and goes on without when they cannot be listed', async () => {
  const engine = new FakeEngine();
  let listed: unknown = { Volumes: [{ Name: 'b', Driver: 'local' }, { Name: 'a' }, null] };
  engine.hook = (path) => {
    if (path === '/volumes') return listed;
    return path === '/volumes/c%2Fd' ? { Name: 'c/d', Driver: 'local' } : undefined;
  };
  const { volumes, next, following } = await followed(engine);
  expect(volumes()).toEqual(['a', 'b']);
  engine.asked.length = 0;
  engine.emit('mount', 'b', 'volume');
  engine.emit('create', 'c/d', 'volume');
  engine.emit('destroy', 'a', 'volume');
  while (volumes().includes('a')) await next();
  expect(volumes()).toEqual(['b', 'c/d']);
  expect(engine.asked).toEqual(['/volumes/c%2Fd']);
  listed = Promise.reject(refusal(500, 'the driver of one volume is away'));
  await following.refresh();
  expect(volumes()).toEqual(['b', 'c/d']);
});

it('asks for services only where it manages a Swarm, and again until every task is as wanted', async () => {
  const engine = new FakeEngine();
  engine.add('a', 'a');
  await followed(engine);
  expect(engine.asked).not.toContain('/services');

  const manager = new FakeEngine();
  let running = 0;
  manager.hook = (path) => {
    if (path === '/info') {
      return { SystemTime: '2024-05-01T12:00:00Z', Swarm: { LocalNodeState: 'active', ControlAvailable: true } };
    }
    if (path === '/services') return [{ ID: 's', Spec: { Name: 'web', Mode: { Replicated: { Replicas: 1 } } } }];
    if (path === '/tasks') {
      const State = running > 0 ? 'running' : 'starting';
      return [{ ID: 't', ServiceID: 's', DesiredState: 'running', Status: { State } }];
    }
    if (path === '/networks/docker_gwbridge') throw refusal(404, 'no such network');
    return path === '/nodes' ? [] : undefined;
  };
  const { names, next } = await followed(manager);
  expect(names()).toEqual(['web']);
  const listings = (): number => manager.asked.filter((path) => path === '/tasks').length;
  expect(listings()).toBe(1);
  running = 1;
  await next();
  expect(listings()).toBe(2);
  // Settled: nothing more until something happens.
  manager.asked.length = 0;
  manager.events.write(`${JSON.stringify({ Type: 'service', Action: 'update', Actor: { ID: 's' } })}\n`);
  await next();
  expect(manager.asked.toSorted()).toEqual(['/networks/docker_gwbridge', '/nodes', '/services', '/tasks']);
});

it('lists everything when it is told of a Swarm it was not in', async () => {
  const engine = new FakeEngine();
  const { next } = await followed(engine);
  engine.asked.length = 0;
  engine.events.write(`${JSON.stringify({ Type: 'node', Action: 'create', Actor: { ID: 'n' } })}\n`);
  await next();
  await next();
  expect(engine.asked).toContain('/info');
});

it('ends when the stream of events ends, or a request finds nobody, and then asks nothing more', async () => {
  for (const end of [
    (engine: FakeEngine) => void engine.events.end(),
    (engine: FakeEngine) => {
      engine.hook = () => {
        throw connectionFault('unix:///fake', Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
      };
      engine.emit('start', 'a');
    },
  ]) {
    const engine = new FakeEngine();
    engine.add('a', 'a');
    const { following } = await followed(engine, 1000);
    end(engine);
    expect(await following.ended).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(engine.events.destroyed).toBe(true);
    engine.asked.length = 0;
    engine.events.removeAllListeners();
    // Nobody has cancelled it.
    await expect(following.refresh()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  }
});

it('rejects when the engine cannot be listed, and leaves nothing running', async () => {
  const engine = new FakeEngine();
  engine.hook = (path) => {
    if (path === '/containers/json') throw refusal(500, 'broken store');
    return undefined;
  };
  await expect(followed(engine)).rejects.toMatchObject({ message: 'broken store' });
  expect(engine.events.destroyed).toBe(true);
});
