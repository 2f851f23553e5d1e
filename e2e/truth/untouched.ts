/** Rules that no world on the rig can touch, each with the reason; their cases are in `rules.test.ts`. */
export const UNTOUCHED: Readonly<Record<string, string>> = {
  R305: 'every bridge the rig’s engines make tells an address of the machine',
  R404: 'an engine removes no container whose stack another still uses without `--force`; the state lasts for a moment',
  R608: 'known only once a registry was asked: the discovery test asks some',
  R801: 'no plugin can be fetched',
  R804: 'between the listings of containers and of networks: for a moment',
  R811: 'the rig runs no rootless engine',
  R903: 'a moment: the guard’s tests hold it',
  R904: 'needs a guard that fails: its tests make it fail',
  R905: 'the plan refuses such a rule before it becomes a denial',
};
