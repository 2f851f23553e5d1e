/** Makes a failing world as small as it can be while it still fails. */
import { containersOf, networksOf, words, type ContainerPlan, type WorldPlan } from './plan.ts';
import { needsOf } from './realise.ts';

/** Runs on a real engine cost seconds: this many at most. */
const TRIES = 40;

/** @param fails brings a plan up and says whether it still disagrees; a plan the engine refuses does not. */
export async function shrink(plan: WorldPlan, fails: (plan: WorldPlan) => Promise<boolean>): Promise<WorldPlan> {
  let present = plan;
  let tries = 0;
  for (let again = true; again;) {
    again = false;
    for (const smaller of smallerThan(present)) {
      if (tries >= TRIES) return present;
      tries += 1;
      if (!(await fails(smaller))) continue;
      present = smaller;
      again = true;
      break;
    }
  }
  return present;
}

/** Plans with one thing less, the big things first. */
export function* smallerThan(plan: WorldPlan): Generator<WorldPlan> {
  const containers = containersOf(plan);
  for (const [name] of containers) {
    const gone = dependantsOf(name, containers);
    yield tidy({ ...plan, containers: Object.fromEntries(containers.filter(([other]) => !gone.has(other))) });
  }
  for (const [name, one] of containers) {
    const with_ = (change: Partial<ContainerPlan>): WorldPlan =>
      tidy({ ...plan, containers: { ...plan.containers, [name]: { ...one, ...change } } });
    const nets = words(one.on);
    if (nets.length > 1) for (const net of nets) yield with_({ on: nets.filter((other) => other !== net).join(' ') });
    for (const field of ['publish', 'expose', 'links', 'mounts', 'aliases', 'capAdd'] as const) {
      for (const item of one[field] ?? [])
        yield with_({ [field]: (one[field] ?? []).filter((other) => other !== item) });
    }
    if (one.state !== undefined && one.state !== 'running') yield with_({ state: 'running' });
    for (const field of ['privileged', 'pid', 'ipc'] as const) {
      const { [field]: gone, ...rest } = one;
      const lent = containers.some(([, other]) => other.ipc === `container:${name}`);
      if (gone !== undefined && !(field === 'ipc' && lent)) {
        yield tidy({ ...plan, containers: { ...plan.containers, [name]: rest } });
      }
    }
  }
  for (const [name, net] of networksOf(plan)) {
    const with_ = (change: object): WorldPlan => ({
      ...plan,
      networks: { ...plan.networks, [name]: { ...net, ...change } },
    });
    if (net.internal) yield with_({ internal: false });
    if (net.ipv6) yield with_({ ipv6: false });
    for (const option of Object.keys(net.options ?? {})) {
      yield with_({ options: Object.fromEntries(Object.entries(net.options ?? {}).filter(([key]) => key !== option)) });
    }
  }
}

function dependantsOf(name: string, containers: readonly (readonly [string, ContainerPlan])[]): ReadonlySet<string> {
  const gone = new Set([name]);
  // Who is needed comes earlier, so one pass finds all.
  for (const [other, one] of containers) if (needsOf(one).some((needed) => gone.has(needed))) gone.add(other);
  return gone;
}

/** Leaves out networks nobody is on, and ports bound to the gateway of one that is gone. */
function tidy(plan: WorldPlan): WorldPlan {
  const used = new Set(
    containersOf(plan).flatMap(([, { on, publish = [] }]) => [
      ...words(on),
      ...publish.flatMap((text) => /^@([^:]+)/.exec(text)?.[1] ?? []),
    ]),
  );
  return {
    ...plan,
    networks: Object.fromEntries(Object.entries(plan.networks ?? {}).filter(([name]) => used.has(name))),
  };
}
