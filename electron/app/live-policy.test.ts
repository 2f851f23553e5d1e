import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Policy } from '../../shared/policy/model.ts';
import { createPolicyStore, type PolicyStore } from '../store/policy-store.ts';
import { openLivePolicy, type LivePolicy } from './live-policy.ts';

const KEY = 'unix:///live.sock';
const deny = (to: string): Policy['rules'][number] => ({ from: 'shop/web', to, action: 'deny' });
const denying =
  (to: string) =>
  (policy: Policy): Policy => ({ ...policy, rules: [...policy.rules, deny(to)] });

let configDir: string;
let store: PolicyStore;
let live: LivePolicy;
beforeEach(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'bulkhead-live-'));
  store = createPolicyStore({ configDir });
  live = await openLivePolicy(store, KEY, true);
});
afterEach(async () => {
  live.close();
  await rm(configDir, { recursive: true, force: true });
});

function next(): Promise<Policy> {
  return new Promise((resolve) => {
    const stop = live.policy.subscribe((policy) => {
      stop();
      resolve(policy);
    });
  });
}

it('keeps every one of many changes made at once', async () => {
  await Promise.all(['db', 'cache', 'mailer'].map((to) => live.update(denying(`shop/${to}`))));
  expect(live.policy.get().rules).toHaveLength(3);
  expect((await store.read(KEY)).rules).toHaveLength(3);
});

it('follows what another instance writes, and adds to that', async () => {
  const change = next();
  await createPolicyStore({ configDir }).update(KEY, denying('shop/db'));
  expect((await change).rules).toEqual([deny('shop/db')]);
  await live.update(denying('shop/cache'));
  expect(live.policy.get().rules).toEqual([deny('shop/db'), deny('shop/cache')]);
});

it('does not lift every rule while an editor empties the file before it writes it again', async () => {
  await live.update(denying('shop/db'));
  const text = await readFile(store.path(KEY), 'utf8');
  const seen: number[] = [];
  live.policy.subscribe((policy) => seen.push(policy.rules.length));
  await writeFile(store.path(KEY), '');
  const change = next();
  await new Promise((resolve) => setTimeout(resolve, 250));
  await writeFile(store.path(KEY), text.replaceAll('shop/db', 'shop/cache'));
  expect((await change).rules).toEqual([deny('shop/cache')]);
  expect(seen).toEqual([1]);
});

it('keeps the last good policy and says why while the file cannot be understood', async () => {
  await live.update(denying('shop/db'));
  const fault = new Promise((resolve) => live.fault.subscribe(resolve));
  await writeFile(store.path(KEY), 'version: 1\nrules: [\n');
  expect(await fault).toMatchObject({ code: 'POLICY_FILE' });
  expect(live.policy.get().rules).toEqual([deny('shop/db')]);
  await expect(live.update(denying('shop/cache'))).rejects.toMatchObject({ code: 'POLICY_FILE' });
  expect(await readFile(store.path(KEY), 'utf8')).toContain('rules: [');
});
