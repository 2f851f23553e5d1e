/** `GET /containers/{id}/stats`, read into what is shown. */
import type { StatsSample } from '../../domains/containers.ts';
import { arrayOf, objectOf, textOf, type JsonObject } from '../../inventory/json.ts';

/** Larger than whole numbers can be, and floats: whatever is no number counts nothing. */
function amount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

/** @returns null for the empty look of a container that is not running */
export function toStatsSample(json: unknown): StatsSample | null {
  const root = objectOf(json);
  const at = Date.parse(textOf(root['read']));
  const cpu = objectOf(root['cpu_stats']);
  if (Number.isNaN(at) || at <= 0 || amount(objectOf(cpu['cpu_usage'])['total_usage']) === 0) return null;
  const memory = objectOf(root['memory_stats']);
  const networks = Object.values(objectOf(root['networks'])).map(objectOf);
  const total = (key: string): number => networks.reduce((sum, one) => sum + amount(one[key]), 0);
  const blocks = arrayOf(objectOf(root['blkio_stats'])['io_service_bytes_recursive']).map(objectOf);
  const io = (op: string): number =>
    blocks.filter((one) => textOf(one['op']).toLowerCase() === op).reduce((sum, one) => sum + amount(one['value']), 0);
  return {
    at,
    cpu: cpuPercent(cpu, objectOf(root['precpu_stats'])),
    memory: usedMemory(memory),
    memoryLimit: amount(memory['limit']),
    received: total('rx_bytes'),
    sent: total('tx_bytes'),
    read: io('read'),
    written: io('write'),
    pids: amount(objectOf(root['pids_stats'])['current']),
  };
}

/** As the docker command line reckons it; 0 at the first look, which has nothing before it. */
function cpuPercent(now: JsonObject, before: JsonObject): number {
  const used = (stats: JsonObject): number => amount(objectOf(stats['cpu_usage'])['total_usage']);
  const system = (stats: JsonObject): number => amount(stats['system_cpu_usage']);
  if (system(before) === 0) return 0;
  const [usedDelta, systemDelta] = [used(now) - used(before), system(now) - system(before)];
  const cores = amount(now['online_cpus']) || arrayOf(objectOf(now['cpu_usage'])['percpu_usage']).length || 1;
  return usedDelta > 0 && systemDelta > 0 ? (usedDelta / systemDelta) * cores * 100 : 0;
}

/** Without the file cache that the kernel gives back under pressure (cgroup 2, else 1). */
function usedMemory(memory: JsonObject): number {
  const details = objectOf(memory['stats']);
  const cache = amount(details['inactive_file']) || amount(details['total_inactive_file']);
  const usage = amount(memory['usage']);
  return cache < usage ? usage - cache : usage;
}
