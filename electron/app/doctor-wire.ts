/** What the engine's kind and the helper's own tries say of what can be enforced here: nothing is guessed from versions. */
import type { DoctorFinding } from '../../shared/contract/schemas.ts';
import type { EngineFacts, Topology } from '../../shared/topology/model.ts';
import type { EngineDriver, WireCapabilities } from '../engine/driver.ts';

/** Of the engine, before the helper runs. */
export function engineFindings({ engine }: Topology, { rebuild }: Pick<EngineDriver, 'rebuild'>): DoctorFinding[] {
  const findings: DoctorFinding[] = [];
  if (engine.operatingSystem.includes('Docker Desktop')) {
    findings.push({
      id: 'desktop',
      level: 'warn',
      title: 'Docker Desktop',
      detail:
        'The engine is in a virtual machine. Rules there hold between containers; who comes by a published port of the machine outside has lost its address.',
      hint: 'Plans name what stays open that way. Bind published ports to 127.0.0.1 of the machine outside, or do not publish them.',
    });
  }
  if (engine.swarm) {
    findings.push({
      id: 'swarm',
      level: engine.swarmManager === false ? 'info' : 'ok',
      title: engine.swarmManager === false ? 'A worker of a Swarm' : 'A manager of a Swarm',
      detail:
        engine.swarmManager === false
          ? 'Only managers tell of services: here their tasks are shown as containers, and the routing mesh is not known.'
          : 'Services are known. Calling one that publishes no port can be blocked; the routing mesh cannot.',
      hint: engine.swarmManager === false ? 'Connect to a manager to see the services.' : '',
    });
  }
  findings.push({
    id: 'methods',
    level: rebuild ? 'ok' : 'warn',
    title: 'Other ways to block',
    detail: rebuild
      ? 'Networks can be split and links removed, each with its way back.'
      : 'Networks and links of this engine cannot be changed: only the firewall is left.',
    hint: '',
  });
  return findings;
}

/** Of the machine, as the helper tried it in a namespace of its own; what an older helper did not try is left out. */
export function wireFindings(capabilities: WireCapabilities, engine: EngineFacts): DoctorFinding[] {
  const { nftVersion, kernel, architecture, bridgeNetfilter, userlandProxy } = capabilities;
  return [
    {
      id: 'helper',
      level: 'ok',
      title: 'The helper runs',
      detail: `nftables ${nftVersion}, kernel ${kernel}, ${architecture}.`,
      hint: '',
    },
    ...tableFindings(capabilities),
    ...namespaceFinding(capabilities, engine),
    {
      id: 'bridge-netfilter',
      level: 'info',
      title: 'Same-bridge packets and the host firewall',
      detail:
        bridgeNetfilter === true
          ? 'br_netfilter is on: packets inside one bridge pass the forward hook of the host.'
          : 'br_netfilter is off: packets inside one bridge do not pass the forward hook of the host, and rules there would do nothing.',
      hint: 'Bulkhead blocks inside the containers’ own namespaces, which holds either way.',
    },
    {
      id: 'userland-proxy',
      level: 'info',
      title: 'Published ports',
      detail: userlandProxy
        ? 'docker-proxy runs: containers reach published ports through the machine, past network separation.'
        : 'No docker-proxy runs now (no published port, or it is switched off).',
      hint: 'A block closes these side doors as well.',
    },
  ];
}

function tableFindings(capabilities: WireCapabilities): DoctorFinding[] {
  const { inetTables, bridgeTables, bridgeMeta, bridgeConntrack, elementCounters } = capabilities;
  const findings: DoctorFinding[] = [];
  if (inetTables !== undefined) {
    findings.push({
      id: 'tables',
      level: inetTables ? 'ok' : 'fail',
      title: 'Firewall rules',
      detail: inetTables
        ? 'A table as Bulkhead needs it was loaded and removed.'
        : 'The kernel refuses a table as Bulkhead needs it (nftables with connection tracking): nothing can be blocked here.',
      hint: inetTables ? '' : 'Load the modules nf_tables and nft_ct, or use separate networks.',
    });
  }
  if (bridgeTables !== undefined) {
    const tracking = bridgeConntrack
      ? 'Bridges can track connections (not needed).'
      : 'Bridges cannot track connections, which is not needed.';
    findings.push({
      id: 'port-admission',
      level: !bridgeTables ? 'fail' : bridgeMeta ? 'ok' : 'warn',
      title: 'Guarded networks',
      detail: !bridgeTables
        ? 'The kernel refuses tables of the bridge family: a guarded network would be open while no app runs.'
        : bridgeMeta
          ? `Ports of a guarded bridge are admitted one by one, also while no app runs. ${tracking}`
          : `Ports of a guarded bridge are admitted one by one, also while no app runs. Rules cannot ask for the bridge (meta ibrname): two containers that both start meanwhile may exchange frames without addresses of the network. ${tracking}`,
      hint: bridgeTables ? '' : 'Containers that are running are closed all the same.',
    });
  }
  if (elementCounters !== undefined) {
    findings.push({
      id: 'counters',
      level: elementCounters ? 'ok' : 'warn',
      title: 'Counting',
      detail: elementCounters
        ? 'Sets count by element, and the kernel fills sets by itself: what is refused and what passes is known by pair.'
        : 'Sets cannot count by element here: what is refused is known by rule alone, and no pair is told.',
      hint: '',
    });
  }
  return findings;
}

function namespaceFinding({ userNamespace }: WireCapabilities, { rootless }: EngineFacts): DoctorFinding[] {
  if (userNamespace === undefined) return [];
  const inside = userNamespace || rootless;
  return [
    {
      id: 'permission',
      level: inside ? 'warn' : 'ok',
      title: 'Reach of the helper',
      detail: inside
        ? 'The helper is root only inside the namespaces of this engine: it reaches the containers, not the machine itself.'
        : 'The helper is root on the machine, with few capabilities: it reaches the machine and every container.',
      hint: inside ? 'Blocks of the machine, and of what comes to it from outside, do not hold here.' : '',
    },
  ];
}
