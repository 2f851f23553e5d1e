/** The helper's container: made, attached to, cleared away. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { BULKHEAD_LABEL, BY_LABEL, INSTANCE_LABEL } from '../../../shared/topology/model.ts';
import type { DockerApi } from '../../engine/connection/index.ts';
import type { Identity } from '../../lib/identity.ts';
import { HELPER_LABEL } from './image.ts';

/** A container that was made but not started for this long belongs to nobody any more (ms). */
const ABANDONED_MS = 10 * 60_000;
const STOP_TIMEOUT_MS = 8000;

/**
 * What the helper may do, measured by leaving each out: NET_ADMIN for nft, SYS_ADMIN to enter namespaces, SYS_PTRACE to
 * open those of processes with another user or other rights.  NET_BIND_SERVICE is for temporary listeners below port
 * 1024 on the machine and in Podman's containers (in Docker's every port is free to all).  NET_RAW is for legacy iptables,
 * which opens a raw socket to list its rules.
 */
const CAPABILITIES = ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE', 'NET_BIND_SERVICE', 'NET_RAW'];

export interface HelperContainer {
  readonly id: string;
  /** Its stdin; and its stdout and stderr in the engine's frames (see `frames.ts`). */
  readonly stream: Duplex;
  /** Resolves when the container is gone; ends it if it does not end by itself. Never rejects. */
  gone(): Promise<void>;
}

/** @throws BulkheadError of the engine; nothing is left of a container that could not be started. */
export async function startContainer(api: DockerApi, image: string, identity: Identity): Promise<HelperContainer> {
  const name = `bulkhead-helper-${randomBytes(5).toString('hex')}`;
  const created = (await api.request('/containers/create', {
    method: 'POST',
    query: { name },
    body: specification(image, identity),
  })) as { readonly Id: string };
  const id = created.Id;
  try {
    const stream = await api.docker
      .getContainer(id)
      .attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
    await api.request(`/containers/${id}/start`, { method: 'POST' });
    return { id, stream: stream as Duplex, gone: () => untilGone(api, id) };
  } catch (thrown) {
    await discard(api, id);
    throw thrown;
  }
}

function specification(image: string, { instance, by }: Identity): object {
  return {
    Image: image,
    Labels: { [BULKHEAD_LABEL]: HELPER_LABEL, [BY_LABEL]: by, [INSTANCE_LABEL]: instance },
    // Large requests and answers are given back to the machine when they are done with (glibc keeps them otherwise).
    Env: [`BULKHEAD_INSTANCE=${instance}`, 'MALLOC_MMAP_THRESHOLD_=131072', 'MALLOC_TRIM_THRESHOLD_=131072'],
    OpenStdin: true,
    // Its stdin ends with our connection, however that ends, and the helper ends with its stdin.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    HostConfig: {
      NetworkMode: 'host',
      PidMode: 'host',
      // Namespaces belong to the machine's user namespace, also where the engine remaps users.
      UsernsMode: 'host',
      CapDrop: ['ALL'],
      CapAdd: CAPABILITIES,
      ReadonlyRootfs: true,
      // Docker's own seccomp profile lets SYS_ADMIN enter namespaces. Its AppArmor profile and SELinux forbid to look at
      // processes under other profiles; both options do nothing where neither is in use.
      SecurityOpt: ['no-new-privileges', 'apparmor=unconfined', 'label=disable'],
      AutoRemove: true,
      RestartPolicy: { Name: 'no' },
      // What is said on stdout is a conversation, not a log.
      LogConfig: { Type: 'none', Config: {} },
      Memory: 512 * 1024 * 1024,
      PidsLimit: 1024,
    },
  };
}

async function untilGone(api: DockerApi, id: string): Promise<void> {
  try {
    await api.request(`/containers/${id}/wait`, {
      method: 'POST',
      query: { condition: 'removed' },
      timeoutMs: STOP_TIMEOUT_MS,
    });
  } catch {
    // Gone already, or stuck: either way this settles it.
    await discard(api, id);
  }
}

async function discard(api: DockerApi, id: string): Promise<void> {
  await api.request(`/containers/${id}`, { method: 'DELETE', query: { force: true, v: true } }).catch(() => undefined);
}

interface ContainerLine {
  readonly Id: string;
  readonly State: string;
  /** Seconds since 1970. */
  readonly Created: number;
}

/** Removes helpers that ended sessions left. One that runs has a session of its own and is left alone. */
export async function removeStale(api: DockerApi): Promise<void> {
  const lines = (await api.request('/containers/json', {
    query: { all: true, filters: { label: [`${BULKHEAD_LABEL}=${HELPER_LABEL}`] } },
  })) as readonly ContainerLine[];
  const stale = lines.filter(({ State, Created }) => {
    if (State === 'created') return Date.now() - Created * 1000 > ABANDONED_MS;
    return State === 'exited' || State === 'dead';
  });
  await Promise.all(stale.map(({ Id }) => discard(api, Id)));
}
