/** Measures the wire of a Swarm from outside of the product: who answers whom, where. */
import { join } from 'node:path';
import type { SwarmNode } from '../../engines/swarm.ts';

const PROBER = join(import.meta.dirname, 'prober.pl');

/** One thing to try. `port` is 0 for a ping. */
export interface Probe {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly address: string;
  readonly port: number;
}

/**
 * Who answered each probe, by name (`*` for a ping); no name when nobody did.  `enter` leads from the node's own namespaces
 * into the one to try from.
 */
export async function probeFrom(
  node: SwarmNode,
  enter: readonly string[],
  probes: readonly Probe[],
  seconds = 1.6,
): Promise<readonly (readonly string[])[]> {
  const input = probes
    .map(({ protocol, address, port }, index) => `${index} ${protocol} ${address} ${port}\n`)
    .join('');
  const { code, stdout, stderr } = await node.exec([...enter, 'perl', PROBER, String(seconds)], { input });
  if (code !== 0) throw new Error(`Measuring ended with ${code}: ${stderr}`);
  const answers = probes.map((): string[] => []);
  for (const line of stdout.split('\n')) {
    const [index = '', name = ''] = line.split(' ');
    if (name !== '') answers[Number(index)]?.push(name);
  }
  return answers;
}
