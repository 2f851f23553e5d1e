/** Which profiles of a Compose project are in force: no label tells, but what is there does. */

interface Profiled {
  readonly name: string;
  /** None: it is always there. */
  readonly profiles: readonly string[];
}

/**
 * A small set of profiles with which everything in `present` is there: of several that a service names, the one that
 * brings in the fewest others.
 *
 * @param present names of services that have containers
 */
export function activeProfiles(services: readonly Profiled[], present: ReadonlySet<string>): string[] {
  const absent = (profile: string): number =>
    services.filter(({ name, profiles }) => profiles.includes(profile) && !present.has(name)).length;
  const chosen = new Set<string>();
  const wanted = services.filter(({ name, profiles }) => present.has(name) && profiles.length > 0);
  // Those with one choice first: they may already bring in what others need.
  for (const { profiles } of wanted.toSorted((a, b) => a.profiles.length - b.profiles.length)) {
    if (profiles.some((one) => chosen.has(one))) continue;
    const [best] = profiles.toSorted((a, b) => absent(a) - absent(b));
    if (best !== undefined) chosen.add(best);
  }
  return [...chosen].toSorted();
}
