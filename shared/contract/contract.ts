/**
 * The typed contract between the page and the core: one definition, two carriers (MessagePort, WebSocket).  Domains of the
 * container manager have a file each beside this one.
 *
 * Every procedure may fail with `BULKHEAD`, whose data is the `ErrorShape` to show.  Streams stop at their source
 * when the reader leaves.
 */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { composeContract } from './compose.ts';
import { containersContract } from './containers.ts';
import { engineContract } from './engine.ts';
import { enginesContract } from './engines.ts';
import { diagramContract } from './diagram.ts';
import { desktopContract } from './desktop.ts';
import { filesContract } from './files.ts';
import { imagesContract } from './images.ts';
import { jobsContract } from './jobs.ts';
import { journalEntryView } from './journal.ts';
import { logsContract } from './logs.ts';
import { networksContract } from './networks.ts';
import { overviewContract } from './overview.ts';
import { procedure } from './procedure.ts';
import * as s from './schemas.ts';
import { servicesContract } from './services.ts';
import { settingsContract } from './settings.ts';
import { terminalContract } from './terminal.ts';
import { volumesContract } from './volumes.ts';

export const contract = {
  app: {
    info: procedure.output(z.object({ version: z.string(), configDir: z.string() })),
  },
  settings: settingsContract,
  engine: engineContract,
  engines: enginesContract,
  matrix: {
    /** The whole matrix now, then after every change (coalesced). Silent while no engine is connected. */
    watch: procedure.output(eventIterator(s.matrixFrame)),
    explain: procedure.input(z.object({ from: z.string(), to: z.string() })).output(s.cellView),
  },
  overview: overviewContract,
  traffic: {
    /** Of one pair, while it is looked at: now, then every other second. */
    pair: procedure.input(z.object({ from: z.string(), to: z.string() })).output(eventIterator(s.trafficView)),
    /** Who is being refused, while the matrix is looked at; as often as reading it costs little. */
    hits: procedure.output(eventIterator(s.trafficHits)),
  },
  policy: {
    plan: procedure.input(s.change).output(s.planView),
    apply: procedure.input(s.change).output(eventIterator(s.applyEvent)),
  },
  journal: {
    /** The newest changes of the engine's policy, newest first.  One is taken back by `policy.plan` and `apply` of `undo`. */
    list: procedure
      .input(z.object({ limit: z.number().int().min(1).max(1000).optional() }))
      .output(z.array(journalEntryView)),
    /** The same now, then after every change.  Silent while no engine is connected. */
    watch: procedure.output(eventIterator(z.array(journalEntryView))),
  },
  verify: {
    /** Probes the wire; both absent: every ordered pair. */
    run: procedure
      .input(z.object({ from: z.string().optional(), to: z.string().optional() }))
      .output(eventIterator(s.verifyEvent)),
  },
  diagram: diagramContract,
  jobs: jobsContract,
  containers: containersContract,
  images: imagesContract,
  networks: networksContract,
  volumes: volumesContract,
  compose: composeContract,
  services: servicesContract,
  logs: logsContract,
  terminal: terminalContract,
  files: filesContract,
  desktop: desktopContract,
};
