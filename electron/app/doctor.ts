/** What this engine is, what can and cannot be enforced on it, and why. */
import type { DoctorFinding, DoctorReport, EngineState, Pause } from '../../shared/contract/schemas.ts';
import { toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { isContainer, isUp, type Topology } from '../../shared/topology/model.ts';
import { leaseWire } from '../guard/wire-lease.ts';
import { engineFindings, wireFindings } from './doctor-wire.ts';
import { firewallFinding } from './doctor-firewall.ts';
import type { Session } from './session.ts';

/** Looks at the engine, opens the wire to see what the helper can do, and judges both.  Never throws. */
export async function diagnose(session: Session | null, state: EngineState): Promise<DoctorReport> {
  if (!session) return { version: 1, findings: [absent(state)] };
  const findings: DoctorFinding[] = [
    engineFinding(session),
    ...engineFindings(session.topology(), session.driver),
    ...topologyFindings(session.topology()),
  ];
  try {
    const { wire, release } = await leaseWire(session.driver, {});
    findings.push(...wireFindings(wire.capabilities, session.topology().engine), firewallFinding(session.topology()));
    release();
  } catch (thrown) {
    findings.push(fromError('helper', 'The helper cannot run', toErrorShape(thrown)));
  }
  findings.push(guardFinding(session), ...(await otherFindings(session)));
  return { version: 1, findings };
}

/** Others that guard the same engine, with what their rules are called where they show. */
async function otherFindings({ driver }: Session): Promise<DoctorFinding[]> {
  const others = await (driver.others?.() ?? Promise.resolve([])).catch(() => []);
  return others.map(({ by, table, sinceMs }) => ({
    id: 'others',
    level: 'warn',
    title: 'Another Bulkhead is at work here',
    detail: `${by}, since ${new Date(sinceMs).toISOString()}. What either refuses is refused; its rules show as those of the table "${table}".`,
    hint: 'Its rules are changed where it runs. "bulkhead clear" removes them as well, until it puts them back.',
  }));
}

function absent(state: EngineState): DoctorFinding {
  if (state.phase === 'failed') return fromError('engine', 'No engine', state.error);
  return {
    id: 'engine',
    level: 'fail',
    title: 'No engine',
    detail: 'No engine is connected yet.',
    hint: 'Wait a moment and ask again, or name one with --engine.',
  };
}

function fromError(id: string, title: string, { message, hint }: ErrorShape): DoctorFinding {
  return { id, level: 'fail', title, detail: message, hint };
}

function engineFinding({ driver }: Session): DoctorFinding {
  const { version, apiVersion, operatingSystem, firewallBackend, kind, rootless } = driver.topology().engine;
  const backend = firewallBackend === '' ? 'not told by this version' : firewallBackend;
  return {
    id: 'engine',
    level: kind === 'podman' || rootless ? 'warn' : 'ok',
    title: kind === 'demo' ? 'Demo engine' : `Engine ${version}`,
    detail: `API ${apiVersion}, ${operatingSystem || 'system unknown'}, firewall backend: ${backend}${rootless ? ', rootless' : ''}.`,
    hint:
      kind === 'podman'
        ? 'Between different networks of Podman verdicts say "unknown": it does not reliably tell whether it isolates them. Blocks hold all the same.'
        : rootless
          ? 'Pairs are held inside its network. The ports it publishes are opened on the machine around it, which the helper does not reach: do not publish what must stay shut.'
          : '',
  };
}

function topologyFindings(topology: Topology): DoctorFinding[] {
  const containers = topology.endpoints.filter(isContainer).filter(isUp);
  const named = (chosen: typeof containers): string => chosen.map(({ name }) => name).join(', ');
  const findings: DoctorFinding[] = [];
  const add = (
    id: string,
    level: DoctorFinding['level'],
    title: string,
    chosen: typeof containers,
    why: string,
    hint: string,
  ): void => {
    if (chosen.length > 0) findings.push({ id, level, title, detail: `${named(chosen)}: ${why}`, hint });
  };
  add(
    'host-mode',
    'warn',
    'Containers in host mode',
    containers.filter(({ networkMode }) => networkMode.kind === 'host'),
    'they share the network stack of the machine; no firewall rule can tell them from it.',
    'Give them a network of their own to be able to block them.',
  );
  add(
    'shared-stack',
    'info',
    'Containers that share a network stack',
    containers.filter(({ networkMode }) => networkMode.kind === 'container'),
    'they and the owner of the stack reach each other over localhost.',
    'A rule for one of them holds for all that share the stack.',
  );
  add(
    'can-undo',
    'warn',
    'Containers that could undo rules',
    containers.filter(
      ({ privileged, capAdd, mounts }) =>
        privileged ||
        capAdd.includes('ALL') ||
        capAdd.includes('NET_ADMIN') ||
        mounts.some(({ source }) => source.endsWith('docker.sock')),
    ),
    'privileged, NET_ADMIN or the docker socket lets them change rules in their own namespace, or everything.',
    'Rules on the other side and on the host still hold against NET_ADMIN; nothing holds against the docker socket.',
  );
  const strange = topology.networks.filter(({ driver }) => !['bridge', 'overlay', 'host', 'null'].includes(driver));
  if (strange.length > 0) {
    findings.push({
      id: 'drivers',
      level: 'info',
      title: 'Networks shown as unknown',
      detail: strange.map(({ name, driver }) => `${name} (${driver})`).join(', '),
      hint: 'Verdicts over these drivers say "unknown"; blocks inside the containers hold all the same.',
    });
  }
  return findings;
}

/** For plain text, in the one time that no zone has to be named of. */
export function pausedText({ until }: Pause): string {
  return until === null
    ? 'Paused until it is resumed.'
    : `Paused until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} (UTC).`;
}

function guardFinding(session: Session): DoctorFinding {
  const { denied, held, impossible, error, pause } = session.guardState();
  if (pause && !error) {
    return {
      id: 'guard',
      level: 'warn',
      title: 'The guard is paused',
      detail: `${pausedText(pause)} ${denied} pairs are denied by your policy, and none is held.`,
      hint: '"bulkhead resume" puts your policy in force again.',
    };
  }
  const level = error ? 'fail' : held + impossible < denied || impossible > 0 ? 'warn' : 'ok';
  return {
    id: 'guard',
    level,
    title: 'The guard',
    detail: error
      ? error.message
      : `${denied} pairs are denied by your policy, ${held} are held on the wire, ${impossible} cannot be.`,
    hint: error ? error.hint : impossible > 0 ? 'Ask "bulkhead explain FROM TO" why a pair cannot be held.' : '',
  };
}
