/** What the kernel of the rig's machine has, of what some fixtures need. */
import { run } from '../engines/run.ts';

export type KernelFeature = 'ipvlan';

/** Tried where nothing is harmed: in a network namespace that is gone with the command. */
const TRIALS: Readonly<Record<KernelFeature, string>> = {
  ipvlan: 'ip link add near type veth peer name far && ip link add link near name child type ipvlan mode l2',
};

/** Which of them there are. @throws Error when namespaces cannot be made, for then nothing is known. */
export async function kernelFeatures(): Promise<ReadonlySet<KernelFeature>> {
  const inside = (script: string): Promise<{ readonly code: number; readonly stderr: string }> =>
    run(['unshare', '--net', 'sh', '-c', script]);
  const control = await inside('ip link add near type veth peer name far');
  if (control.code !== 0) throw new Error(`The kernel cannot be asked for anything: ${control.stderr}`);
  const found = new Set<KernelFeature>();
  for (const [feature, script] of Object.entries(TRIALS) as [KernelFeature, string][]) {
    if ((await inside(script)).code === 0) found.add(feature);
  }
  return found;
}
