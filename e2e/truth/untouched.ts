import { REASONS } from '../../shared/reachability/index.ts';

const SWARM = 'a Swarm of two nodes has a suite of its own: swarm.test.ts';
const POLICY = 'policies have a suite of their own: policy-truth.test.ts';
const IPVS =
  'needs IPVS, which the rig’s kernel lacks (swarm.test.ts asks for it where there is); measured by hand, see SPEC.md';
const TWICE =
  'some engines give an address twice after a start that the Swarm’s managers left waiting; measured by hand, see SPEC.md';
const PODMAN = 'Podman, which is no version of Docker: its own test compares it';
const ROOTLESS = 'rootless Docker has a suite of its own: rootless.test.ts';
const MOMENT = 'a moment between two states; unit tests hold it';
const PAUSED = 'the pause of the guard has a suite of its own, on every engine: pause.test.ts';
const FIREWALL = 'needs rules of other software: firewall.test.ts puts them there and compares';

/** Rules that no world on the rig need touch, each with the reason; their cases are in `rules.test.ts`. */
export const UNTOUCHED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.keys(REASONS)
      .filter((rule) => rule >= 'R840' && rule <= 'R869')
      .map((rule) => [rule, SWARM]),
  ),
  R844: IPVS,
  R847: 'until a new container of an overlay hangs on the engine’s gateway bridge: for a moment; unit tests hold it',
  R849: 'only a worker of a Swarm says it, and the rig compares what a manager sees; unit tests hold it',
  R851: IPVS,
  R864: TWICE,
  R865: TWICE,
  R106: 'an engine that filters inside bridges turns that on by itself',
  R107: 'no engine of the rig makes a network on which one has IPv4 alone and another IPv6 alone',
  R123: 'needs ipvlan, which the rig’s kernel lacks (a fixture asks for it where there is); measured on links made by hand, see SPEC.md',
  R131: 'the rig’s machine has one interface to the outside',
  R210: 'from 29 on, which the rig has not',
  R305: 'every bridge the rig’s engines make tells an address of the machine',
  R511: 'the rig’s worlds are judged with the wire open, which reads the machine’s firewall',
  R608: 'known only once a registry was read, which the product does at the user’s word: discovery.test.ts has some read, and tells the names',
  R801: 'no plugin can be fetched',
  R803: 'an engine takes no mode that it does not know',
  R804: 'between the listings of containers and of networks: for a moment',
  R810: 'the rig runs no Podman without root',
  R811: ROOTLESS,
  R812: ROOTLESS,
  R813: ROOTLESS,
  R820: FIREWALL,
  R821: FIREWALL,
  R822: FIREWALL,
  R823: FIREWALL,
  R824: FIREWALL,
  R827: 'the rig’s helper has the tools to read every rule',
  R828: FIREWALL,
  R870: PODMAN,
  R871: PODMAN,
  R872: PODMAN,
  R873: PODMAN,
  R874: PODMAN,
  R903: MOMENT,
  R904: 'needs a guard that fails: its tests make it fail',
  ...Object.fromEntries(
    ['R902', 'R909', 'R910', 'R911', 'R912', 'R913', 'R914', 'R915', 'R916', 'R917', 'R920'].map((rule) => [
      rule,
      POLICY,
    ]),
  ),
  R918: MOMENT,
  R919: 'needs a guard that fails: its tests make it fail',
  R921: PAUSED,
  R922: PAUSED,
  R905: 'the plan refuses such a rule before it becomes a denial',
  R906: 'the plan refuses such a rule before it becomes a denial',
  R907: 'the plan refuses such a rule before it becomes a denial',
  R908: 'the plan refuses such a rule before it becomes a denial',
};
