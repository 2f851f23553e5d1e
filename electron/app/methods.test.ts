/** Methods besides the firewall, from the change to the way back, on the demo engine: what is predicted is what its wire does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BulkheadError } from '../../shared/errors.ts';
import { isContainer, type Topology } from '../../shared/topology/model.ts';
import { createPolicyStore } from '../store/policy-store.ts';
import { openDriver } from './open-driver.ts';
import { overviewOf } from './overview.ts';
import { openSession, type Session } from './session.ts';

let configDir: string;
let session: Session;
beforeEach(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'bulkhead-methods-'));
  session = await openSession({
    driver: await openDriver('demo'),
    store: createPolicyStore({ configDir }),
    follow: false,
  });
});
afterEach(async () => {
  await session.close();
  await rm(configDir, { recursive: true, force: true });
});

/** Everything that a person would see of networks and links. */
const picture = ({ networks, endpoints }: Topology): unknown => ({
  networks: networks.map(({ name }) => name).sort(),
  containers: endpoints.filter(isContainer).map(({ name, attachments, links }) => ({
    name,
    links: links.map(({ targetName, alias }) => `${targetName}:${alias}`).sort(),
    addresses: attachments.map(({ ipv4 }) => ipv4).sort(),
  })),
});
const verdict = (from: string, to: string): string => {
  const id = (name: string): string => session.topology().endpoints.find((one) => one.name === name)?.id ?? '';
  return session.explain(id(from), id(to)).verdict;
};
/** Probes every pair: the demo's wire is a second opinion. */
const disagreeing = async (): Promise<number> => (await session.verify({}, {})).disagree;

describe('on the demo engine', () => {
  it('separates two by networks, keeps everybody else, and goes back', async () => {
    const before = picture(session.topology());
    const change = { action: 'block', from: 'shop-web-1', to: 'shop-api-1', method: 'network' } as const;
    const plan = await session.plan(change);
    expect(plan.steps.map(({ kind }) => kind)).toContain('network-create');
    expect(plan.effect?.closes).toEqual([{ from: 'shop-web-1', to: 'shop-api-1', before: 'open', after: 'blocked' }]);
    expect(verdict('shop-web-1', 'shop-api-1')).toBe('open');

    expect((await session.apply(change, {})).disagree).toBe(0);
    expect(verdict('shop-web-1', 'shop-api-1')).toBe('blocked');
    expect(verdict('shop-web-1', 'shop-worker-1')).toBe('open');
    expect(verdict('shop-worker-1', 'shop-api-1')).toBe('open');
    expect(await disagreeing()).toBe(0);

    const [entry] = await session.journal();
    await session.apply({ action: 'undo', entry: entry?.id ?? '' }, {});
    expect(picture(session.topology())).toEqual(before);
    expect(verdict('shop-web-1', 'shop-api-1')).toBe('open');
    expect(await disagreeing()).toBe(0);
  });

  it('leaves nothing to take back where the engine refuses a step', async () => {
    const before = picture(session.topology());
    const { rebuild } = session.driver;
    if (!rebuild) throw new Error('The demo engine can be rebuilt.');
    const refusal = new BulkheadError({ code: 'ENGINE_REFUSED', message: 'No.', hint: '' });
    const refused = vi.spyOn(rebuild, 'disconnect').mockRejectedValueOnce(refusal);
    const change = { action: 'block', from: 'shop-web-1', to: 'shop-api-1', method: 'network' } as const;
    await expect(session.apply(change, {})).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
    expect(refused).toHaveBeenCalled();
    refused.mockRestore();
    expect(picture(session.topology())).toEqual(before);
    expect(await session.journal()).toMatchObject([{ state: 'failed', applied: false, wayBack: [] }]);
  });

  it('removes a link by making the container anew, and brings it back', async () => {
    const before = picture(session.topology());
    const links = (): readonly string[] =>
      session.topology().endpoints.flatMap((one) => (isContainer(one) ? one.links.map(({ alias }) => alias) : []));
    expect(links()).not.toEqual([]);
    await session.apply({ action: 'block', from: 'legacy-app', to: 'legacy-db', method: 'unlink' }, {});
    expect(links()).toEqual([]);
    expect(await disagreeing()).toBe(0);
    const [entry] = await session.journal();
    await session.apply({ action: 'undo', entry: entry?.id ?? '' }, {});
    expect(picture(session.topology())).toEqual(before);
  });

  it.each([
    ['engine-socket', {}],
    ['host-network', {}],
    ['host-network', { publish: true }],
  ] as const)('runs a container again without %s %j, and as it was', async (without, how) => {
    const agent = () =>
      session
        .topology()
        .endpoints.filter(isContainer)
        .find(({ name }) => name === 'agent');
    const risks = () => overviewOf(session).risks.flatMap(({ kind, name }) => (name === 'agent' ? [kind] : []));
    const shape = () => {
      const {
        id: _id,
        pid: _pid,
        startedAt: _at,
        status: _status,
        ...rest
      } = agent() ?? { id: '', pid: 0, startedAt: 0 };
      return rest;
    };
    const [before, networks] = [shape(), picture(session.topology())];
    expect(risks()).toContain(without);
    const change = { action: 'rerun', name: agent()?.id ?? '', without, ...how } as const;
    expect((await session.plan(change)).possible).toBe(true);
    await session.apply(change, {});
    expect(risks()).toEqual(
      ['engine-socket', 'host-network', 'published'].filter((kind) =>
        kind === 'published' ? 'publish' in how : kind !== without,
      ),
    );
    expect(agent()?.state).toBe('running');
    expect(await disagreeing()).toBe(0);
    const [entry] = await session.journal();
    expect(entry?.change).toMatchObject({ action: 'rerun', name: 'agent', without });
    await session.apply({ action: 'undo', entry: entry?.id ?? '' }, {});
    expect(shape()).toEqual(before);
    expect(picture(session.topology())).toEqual(networks);
    expect(await disagreeing()).toBe(0);
  });

  it('gives no container a power back when all is cleared', async () => {
    const change = { action: 'rerun', name: 'agent', without: 'engine-socket' } as const;
    await session.apply(change, {});
    await session.clear();
    expect(overviewOf(session).risks.filter(({ name }) => name === 'agent')).toMatchObject([{ kind: 'host-network' }]);
  });

  it('says so where the container is gone', async () => {
    const change = { action: 'rerun', name: 'nobody', without: 'privileged' } as const;
    await expect(session.plan(change)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('takes everything back when all is cleared', async () => {
    const before = picture(session.topology());
    await session.apply({ action: 'block', from: 'shop-web-1', to: 'shop-api-1', method: 'network' }, {});
    expect(picture(session.topology())).not.toEqual(before);
    await session.clear();
    expect(picture(session.topology())).toEqual(before);
  });
});
