/** Policies written for others, kept as files: what changes in them is seen as text, and looked at. */
import { describe, expect, it } from 'vitest';
import { CASES, type TestCase } from '../diagram/test-topologies.ts';
import { EMPTY_POLICY, type Policy } from '../policy/model.ts';
import { isContainer, type Topology } from '../topology/model.ts';
import { exportCompose } from './compose.ts';
import { exportK8s } from './k8s.ts';

function caseOf(name: string): TestCase {
  const found = CASES[name];
  if (!found) throw new Error(`There is no case ${name}`);
  return found;
}

const rule = (
  from: string,
  to: string,
  action: 'allow' | 'deny',
  ports?: readonly string[],
): Policy['rules'][number] => ({
  from,
  to,
  action,
  ...(ports ? { ports: [...ports] } : {}),
});

const POLICIES: Readonly<Record<string, Policy>> = {
  one: EMPTY_POLICY,
  'three-tiers': {
    ...EMPTY_POLICY,
    rules: [rule('worker', 'db', 'deny'), rule('api', 'db', 'deny', ['tcp/22']), rule('proxy', 'internet', 'deny')],
  },
  'shared-files': EMPTY_POLICY,
  control: EMPTY_POLICY,
  links: { ...EMPTY_POLICY, rules: [rule('app', 'db', 'deny', ['tcp/22'])] },
  guarded: {
    ...EMPTY_POLICY,
    guarded: ['network:pay'],
    rules: [rule('gate', 'core', 'allow', ['tcp/8080']), rule('core', 'ledger', 'allow')],
  },
  drivers: EMPTY_POLICY,
  'many-networks': { ...EMPTY_POLICY, rules: [rule('app1', 'proxy', 'deny')] },
  'many-projects': { ...EMPTY_POLICY, rules: [rule('p1/web', 'p1/db', 'deny')] },
  project: { ...EMPTY_POLICY, posture: 'guarded', rules: [rule('shop/web', 'shop/db', 'allow', ['tcp/5432'])] },
  hostile: EMPTY_POLICY,
};

/** Compose's own: each container a service of one project, and the networks that project's. */
function asProject(topology: Topology): Topology {
  return {
    ...topology,
    networks: topology.networks.map((one) => ({
      ...one,
      project: 'shop',
      labels: { 'com.docker.compose.network': one.name },
    })),
    endpoints: topology.endpoints.map((one) =>
      isContainer(one) ? { ...one, project: 'shop', service: one.service === '' ? one.name : one.service } : one,
    ),
  };
}

/** As a file holds it: half a character of UTF-16 is none of UTF-8. */
const inFile = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

describe('policies for others', () => {
  it.each(Object.entries(POLICIES))('of %s are written for Kubernetes as they were', async (name, policy) => {
    const { topology } = caseOf(name);
    await expect(inFile(exportK8s(topology, policy))).toMatchFileSnapshot(`./golden/${name}.k8s.yaml`);
  });

  it.each(['one', 'three-tiers', 'links', 'guarded', 'many-networks', 'project', 'hostile'])(
    'of %s are written for Compose as they were',
    async (name) => {
      // What is called by its name in a policy is found as a service of the project too.
      const topology = asProject(caseOf(name).topology);
      const policy = POLICIES[name] ?? EMPTY_POLICY;
      await expect(inFile(exportCompose(topology, policy, 'shop'))).toMatchFileSnapshot(`./golden/${name}.compose.yml`);
    },
  );
});
