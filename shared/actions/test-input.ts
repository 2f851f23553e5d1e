/** A small engine for the tests of tray and notices. */
import type { JournalEntryView } from '../contract/journal.ts';
import type { EndpointView, EngineState, MatrixFrame } from '../contract/schemas.ts';
import type { TrayInput } from './tray.ts';

export const ENGINE: Extract<EngineState, { phase: 'connected' }>['engine'] = {
  address: 'unix:///run/docker.sock',
  kind: 'docker',
  name: 'workshop',
  version: '28.5.2',
  apiVersion: '1.51',
  firewallBackend: 'iptables',
  operatingSystem: 'Debian',
};

export function container(name: string, given: Partial<EndpointView> = {}): EndpointView {
  return {
    id: `id-${name}`,
    name,
    kind: 'container',
    project: '',
    service: '',
    state: 'running',
    image: 'image:1',
    networks: ['front'],
    addresses: [],
    ports: [],
    ...given,
  };
}

export function frame(endpoints: readonly EndpointView[], given: Partial<MatrixFrame> = {}): MatrixFrame {
  return {
    revision: 1,
    endpoints: [...endpoints],
    networks: ['front', 'back'].map((name) => ({ id: name, name, driver: 'bridge', internal: false, subnets: [] })),
    verdicts: '',
    flags: '',
    guard: { phase: 'holding', denied: 0, held: 0, impossible: 0, error: null },
    standing: { posture: 'open', guarded: [], isolated: [], offline: [] },
    ...given,
  };
}

export function entry(id: string, given: Partial<JournalEntryView> = {}): JournalEntryView {
  return {
    id,
    at: 0,
    who: 'app',
    change: { action: 'block', from: 'shop/web', to: 'shop/db' },
    difference: null,
    state: 'done',
    applied: true,
    endedAt: 1,
    result: null,
    error: null,
    wayBack: [],
    undoneBy: null,
    more: 0,
    undoable: true,
    ...given,
  };
}

export function trayInput(given: Partial<TrayInput> = {}): TrayInput {
  return {
    engine: { phase: 'connected', engine: ENGINE },
    frame: frame([]),
    journal: [],
    clock: (at) => `${String(Math.floor(at / 3_600_000))} o’clock`,
    settings: { closeToTray: true, startAtLogin: false },
    ...given,
  };
}
