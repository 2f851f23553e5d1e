/** Labels and names by which things on an engine are known: Compose's, Swarm's, and our own. */

/** Labels Compose writes, and we read. */
export const COMPOSE_PROJECT_LABEL = 'com.docker.compose.project';
export const COMPOSE_SERVICE_LABEL = 'com.docker.compose.service';

/** Labels Swarm writes, and we read. */
export const STACK_LABEL = 'com.docker.stack.namespace';
export const SWARM_SERVICE_ID_LABEL = 'com.docker.swarm.service.id';
export const SWARM_SERVICE_NAME_LABEL = 'com.docker.swarm.service.name';

/** Longer than any name of a project or a service: what says more is no name, and would be shown again and again. */
const LONGEST_NAME = 256;

/** What such a label calls a project or a service; `''`: nothing. */
export function calledBy(labels: Readonly<Record<string, string>>, label: string): string {
  const name = labels[label] ?? '';
  return name.length > LONGEST_NAME ? '' : name;
}

/** The Compose project, else the stack, to which labels say that a thing belongs; `''`: none. */
export function projectOf(labels: Readonly<Record<string, string>>): string {
  return calledBy(labels, COMPOSE_PROJECT_LABEL) || calledBy(labels, STACK_LABEL);
}

/**
 * The bridge on which an engine hangs whatever is on overlay networks only: their way out and the machine's way in.
 * Containers do not list it among their networks.
 */
export const GATEWAY_BRIDGE = 'docker_gwbridge';

/** Every object Bulkhead makes on an engine carries this label. */
export const BULKHEAD_LABEL = 'dev.bulkhead';

/** On networks that a method made: by it one is known of which nothing was kept but that it was about to be made. */
export const STEP_LABEL = 'dev.bulkhead.step';

/** On helpers: whose they are (`user@machine`), and what ends the names of their tables. */
export const BY_LABEL = 'dev.bulkhead.by';
export const INSTANCE_LABEL = 'dev.bulkhead.instance';
