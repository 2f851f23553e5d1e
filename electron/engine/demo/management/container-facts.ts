/** What the demo's containers tell of themselves: in the engine's own shapes, so that every screen reads them alike. */
import type { Inspection, StatsSample } from '../../domains/containers.ts';
import type { DemoContainer, DemoWorld } from '../world.ts';

export function demoInspection(container: DemoContainer, { networks, topology }: DemoWorld): Inspection {
  const { id, described, state, pid, startedAt, createdAt, finishedAt, exitCode } = container;
  const endpoint = topology().endpoints.find((one) => one.id === id);
  const labels = endpoint?.kind === 'container' ? endpoint.labels : {};
  const isUp = pid !== 0;
  const mode = described.networkMode ?? Object.keys(described.networks)[0] ?? 'bridge';
  return {
    Id: id,
    Name: `/${described.name}`,
    Created: new Date(createdAt).toISOString(),
    Image: `sha256:${id}`,
    RestartCount: 0,
    State: {
      Status: state,
      Running: isUp,
      Paused: state === 'paused',
      Pid: pid,
      ExitCode: exitCode ?? 0,
      StartedAt: new Date(startedAt).toISOString(),
      FinishedAt: new Date(finishedAt).toISOString(),
    },
    Config: {
      Hostname: id.slice(0, 12),
      Image: described.image,
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'LOG_LEVEL=info', 'API_TOKEN=demo-secret-of-nobody'],
      Labels: labels,
      Cmd: null,
      Entrypoint: null,
      ExposedPorts: Object.fromEntries(described.listens.map((port) => [`${port}/tcp`, {}])),
      Healthcheck: { Test: ['CMD', 'true'], Interval: 30_000_000_000, Timeout: 5_000_000_000, Retries: 3 },
    },
    HostConfig: {
      NetworkMode: mode,
      Privileged: described.privileged,
      Links: described.links.map(({ target, alias }) => `/${target}:/${described.name}/${alias}`),
      Binds: [
        ...Object.entries(described.volumes).map(
          ([name, { path, writable }]) => `${name}:${path}${writable ? '' : ':ro'}`,
        ),
        ...described.mounts.map((path) => `${path}:${path}`),
      ],
      PortBindings: Object.fromEntries(
        described.published.map(({ address, hostPort, port }) => [
          `${port}/tcp`,
          [{ HostIp: address === '0.0.0.0' ? '' : address, HostPort: String(hostPort) }],
        ]),
      ),
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      Memory: 0,
      NanoCpus: 0,
    },
    NetworkSettings: {
      Networks: Object.fromEntries(
        Object.entries(described.networks).map(([name, address]) => [
          name,
          {
            NetworkID: networks.find((one) => one.name === name)?.id ?? '',
            IPAddress: isUp ? address : '',
            Gateway: networks.find((one) => one.name === name)?.gateway ?? '',
            Aliases: described.service === '' ? null : [described.service],
          },
        ]),
      ),
    },
  };
}

const TITLES = ['PID', 'PPID', 'USER', '%CPU', '%MEM', 'ELAPSED', 'COMMAND'];

export function demoProcesses({ pid, described }: DemoContainer): {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const program = described.image.split('/').at(-1)?.split(':')[0] ?? 'app';
  return {
    titles: TITLES,
    rows: [
      [String(pid), '1', 'root', '0.3', '0.5', '02:11', `${program}: master process`],
      [String(pid + 1), String(pid), 'app', '1.2', '1.1', '02:11', `${program}: worker process`],
    ],
  };
}

const MEBIBYTE = 1024 * 1024;

/** Waves that differ from container to container and look busy without being anything. */
export function demoSample({ id, startedAt }: DemoContainer, at: number): StatsSample {
  const seed = Number.parseInt(id.slice(0, 8), 16) % 97;
  const seconds = (at - startedAt) / 1000;
  const wave = (period: number): number => (1 + Math.sin((2 * Math.PI * (seconds + seed)) / period)) / 2;
  return {
    at,
    cpu: 1 + (seed % 13) + 18 * wave(23) * wave(7),
    memory: (40 + seed * 3 + 12 * wave(61)) * MEBIBYTE,
    memoryLimit: 8192 * MEBIBYTE,
    received: Math.floor(seconds * (900 + seed * 10)),
    sent: Math.floor(seconds * (600 + seed * 7)),
    read: Math.floor(seconds * 400),
    written: Math.floor(seconds * 250),
    pids: 2 + (seed % 5),
  };
}
