/** Compose files as people write them: brought up with real Compose on the newest engine, and compared with the prediction. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureCompose } from '../engines/compose.ts';
import { runCompose, type ComposeOutcome } from '../truth/compose/run.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { expectNames } from './measure-names.ts';
import { VERSIONS } from './world.ts';

const SAMPLES = join(import.meta.dirname, '..', 'truth', 'compose', 'samples');

let lab: Lab;
let compose: string;

beforeAll(async () => {
  const version = VERSIONS.at(-1) ?? '';
  lab = await openLab({ version, name: `compose-${version}-${String(process.pid)}` });
  compose = await ensureCompose();
});
afterAll(() => lab.close());

const bringUp = (...files: string[]): Promise<ComposeOutcome> =>
  runCompose(
    lab,
    compose,
    files.map((file) => join(SAMPLES, file)),
  );

/** The others are brought up by hand: `BULKHEAD_TEST_SAMPLES=all`. */
const MORE =
  process.env['BULKHEAD_TEST_SAMPLES'] === 'all'
    ? [
        'anchors/docker-compose.yml',
        'build-only/docker-compose.yml',
        'elk/docker-compose.yml',
        'home-assistant/docker-compose.yml',
        'include-split/compose.yaml',
        'ipv6/docker-compose.yml',
        'legacy-links/docker-compose.yml',
        'macvlan/docker-compose.yml',
        'media-server/docker-compose.yml',
        'microservices/compose.yml',
        'monitoring/docker-compose.yml',
        'nextcloud/compose.yaml',
        'pihole/docker-compose.yml',
        'port-ranges/docker-compose.yml',
        'strangers/docker-compose.yml',
        'wordpress-classic/docker-compose.yml',
      ]
    : [];

it.each([
  {
    about: 'labels, replicas, an external and an internal network',
    files: ['traefik-stack/docker-compose.yml'],
    containers: 5,
  },
  { about: 'shared network stacks behind one container', files: ['vpn-sidecar/docker-compose.yml'], containers: 5 },
  {
    about: 'extends, profiles and env files that are missing',
    files: ['extends-profiles/docker-compose.yml'],
    containers: 5,
  },
  {
    about: 'an override on top',
    files: ['overrides/docker-compose.yml', 'overrides/docker-compose.override.yml'],
    containers: 3,
  },
])('$about', async ({ files, containers }) => {
  const outcome = await bringUp(...files);
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  expect(outcome.comparison.disagreements).toEqual([]);
  expect(outcome.comparison.open).toBeGreaterThan(50);
  expect(outcome.containers).toBe(containers);
  expectNames(outcome.comparison.names);
});

it.each(MORE)('%s', async (file) => {
  const outcome = await bringUp(file);
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  expect(outcome.comparison.disagreements).toEqual([]);
  expect(outcome.comparison.open).toBeGreaterThan(0);
  expectNames(outcome.comparison.names);
});

it('says why a file cannot be brought up, and leaves nothing behind', async () => {
  const ancient = await bringUp('legacy-v1/docker-compose.yml');
  expect(ancient).toMatchObject({ kind: 'refused', reason: expect.stringContaining('version 1') });
  const clash = await bringUp('refused/same-port.yml');
  expect(clash).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/8080.*(allocated|in use)/) });
  expect((await lab.docker.listContainers()).filter(({ Labels }) => !('dev.bulkhead' in Labels))).toEqual([]);
});
