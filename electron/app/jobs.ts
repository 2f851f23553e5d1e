/** The jobs of one core: long actions that run by themselves, are watched by whoever likes, and can be cancelled. */
import { randomBytes } from 'node:crypto';
import type { JobDetail, JobKind, JobPart, JobView } from '../../shared/contract/jobs.ts';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import { mapLimited } from '../lib/limit.ts';
import { createSignal } from '../lib/signal.ts';
import type { Unsubscribe } from './core.ts';

/** What the work of a job tells while it runs. */
export interface JobReport {
  /** Aborts when the job is cancelled: to be handed down to every request of the engine. */
  readonly signal: AbortSignal;
  /** Tells of one part; what is left out stays as it was. */
  part(id: string, change: Partial<Omit<JobPart, 'id'>>): void;
  /** One line of output. */
  line(text: string): void;
  progress(change: { readonly done: number; readonly total: number | null; readonly unit: JobView['unit'] }): void;
}

export interface JobOptions {
  readonly kind: JobKind;
  /** What it is about, by id and name. */
  readonly about: readonly { readonly id: string; readonly name: string }[];
  /** Resolves with what came of it.  A rejection is the job's failure. */
  readonly work: (report: JobReport) => Promise<Readonly<Record<string, string>> | void>;
}

export interface Jobs {
  /** Begins at once; returns the job's id. */
  start(options: JobOptions): string;
  /** Newest first. */
  list(): JobView[];
  onList(listener: (jobs: JobView[]) => void): Unsubscribe;
  /** @throws BulkheadError `NOT_FOUND`. */
  detail(id: string): JobDetail;
  /** After every change (coalesced) of that one; the last time when it has ended. */
  onDetail(id: string, listener: (job: JobDetail) => void): Unsubscribe;
  cancel(id: string): void;
  tidy(): void;
  /** Cancels all and waits until they have ended. */
  close(): Promise<void>;
}

/** So many that have ended are remembered, and so much of each. */
const ENDED_KEPT = 30;
const PARTS_KEPT = 500;
const LINES_KEPT = 2000;
const ABOUT_SHOWN = 3;
/** Longest line kept (characters): output is hostile text. */
const LINE_LENGTH = 2000;

/** Changes are told at most this often (ms). */
const TELL_MS = 100;

interface Job {
  view: JobView;
  readonly parts: Map<string, JobPart>;
  readonly lines: string[];
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** @param tellMs for tests: how often changes are told. */
export function createJobs({ tellMs = TELL_MS }: { readonly tellMs?: number } = {}): Jobs {
  const jobs = new Map<string, Job>();
  const list = createSignal<JobView[]>([]);
  const details = new Map<string, Set<(job: JobDetail) => void>>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const detailOf = ({ view, parts, lines }: Job): JobDetail => ({ ...view, parts: [...parts.values()], lines });

  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const id of changed) {
      const job = jobs.get(id);
      const listeners = details.get(id);
      if (!job || !listeners) continue;
      const detail = { ...detailOf(job), lines: [...job.lines] };
      for (const listener of [...listeners]) listener(detail);
    }
    changed.clear();
    list.set([...jobs.values()].map(({ view }) => view).reverse());
  };
  const touch = (id: string): void => {
    changed.add(id);
    timer ??= setTimeout(tell, tellMs);
  };

  const forgetOldest = (): void => {
    const ended = [...jobs.values()]
      .filter(({ view }) => view.state !== 'running')
      .sort((a, b) => (a.view.endedAt ?? 0) - (b.view.endedAt ?? 0));
    for (const { view } of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) jobs.delete(view.id);
  };

  const find = (id: string): Job => {
    const job = jobs.get(id);
    if (job) return job;
    throw new BulkheadError({ code: 'NOT_FOUND', message: 'That activity is no longer known.', hint: '' });
  };

  return {
    start: ({ kind, about, work }) => {
      const id = randomBytes(6).toString('hex');
      const controller = new AbortController();
      const parts = new Map<string, JobPart>();
      const lines: string[] = [];
      const update = (change: Partial<JobView>): void => {
        const job = jobs.get(id);
        if (!job) return;
        job.view = { ...job.view, ...change };
        touch(id);
      };
      const report: JobReport = {
        signal: controller.signal,
        part: (partId, change) => {
          const before = parts.get(partId);
          if (!before && parts.size >= PARTS_KEPT) return;
          parts.set(partId, { ...(before ?? { ...NEW_PART, id: partId, name: partId }), ...change });
          const isOver = change.state === 'done' || change.state === 'failed';
          const pending = jobs.get(id)?.view.pending ?? [];
          update(isOver && pending.includes(partId) ? { pending: pending.filter((one) => one !== partId) } : {});
        },
        line: (text) => {
          const line = text.slice(0, LINE_LENGTH);
          lines.push(line);
          if (lines.length > LINES_KEPT) lines.splice(0, lines.length - LINES_KEPT);
          update({ line });
        },
        progress: update,
      };
      const run = async (): Promise<void> => {
        // Not before the caller has the id.
        await Promise.resolve();
        let end: Partial<JobView>;
        try {
          controller.signal.throwIfAborted();
          end = { state: 'done', result: (await work(report)) ?? {} };
        } catch (thrown) {
          end = controller.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: toErrorShape(thrown) };
        }
        update({ ...end, endedAt: Date.now(), pending: [] });
        // Whoever follows it hears of its end before it may be forgotten.
        forgetOldest();
        tell();
      };
      const view: JobView = {
        id,
        kind,
        about: about.slice(0, ABOUT_SHOWN).map(({ name }) => name),
        count: about.length,
        state: 'running',
        startedAt: Date.now(),
        endedAt: null,
        done: 0,
        total: null,
        unit: 'items',
        line: '',
        pending: about.map((one) => one.id),
        error: null,
        result: {},
      };
      jobs.set(id, { view, parts, lines, controller, ended: run() });
      tell();
      return id;
    },
    list: () => list.get(),
    onList: (listener) => list.subscribe(listener),
    detail: (id) => detailOf(find(id)),
    onDetail: (id, listener) => {
      const listeners = details.get(id) ?? new Set();
      details.set(id, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) details.delete(id);
      };
    },
    cancel: (id) => find(id).controller.abort(),
    tidy: () => {
      for (const [id, { view }] of jobs) if (view.state !== 'running') jobs.delete(id);
      tell();
    },
    close: async () => {
      const all = [...jobs.values()];
      for (const { controller } of all) controller.abort();
      await Promise.all(all.map(({ ended }) => ended));
      clearTimeout(timer);
    },
  };
}

const NEW_PART: Omit<JobPart, 'id' | 'name'> = { state: 'waiting', text: '', done: 0, total: null, error: null };

export interface EachOptions<Item> {
  readonly items: readonly Item[];
  /** At a time. */
  readonly limit: number;
  readonly work: (item: Item, signal: AbortSignal) => Promise<void>;
}

/**
 * Does the same to many things, each a part of the job; one that fails does not keep the others.
 *
 * @throws BulkheadError when some failed: the first one's words, and how many there were.
 */
export function forEachPart<Item extends { readonly id: string; readonly name: string }>(
  report: JobReport,
  { items, limit, work }: EachOptions<Item>,
): Promise<void> {
  return forEachPartInTurn(report, { stages: [{ items, limit }], work });
}

/** As `forEachPart`, where some must have ended before others begin. */
export async function forEachPartInTurn<Item extends { readonly id: string; readonly name: string }>(
  report: JobReport,
  {
    stages,
    work,
  }: Pick<EachOptions<Item>, 'work'> & { readonly stages: readonly Pick<EachOptions<Item>, 'items' | 'limit'>[] },
): Promise<void> {
  const failures: ReturnType<typeof toErrorShape>[] = [];
  const items = stages.flatMap((stage) => stage.items);
  let done = 0;
  for (const { id, name } of items) report.part(id, { name });
  report.progress({ done, total: items.length, unit: 'items' });
  for (const stage of stages) {
    await mapLimited(stage.items, stage.limit, async (item) => {
      report.signal.throwIfAborted();
      report.part(item.id, { state: 'running' });
      try {
        await work(item, report.signal);
        report.part(item.id, { state: 'done' });
      } catch (thrown) {
        report.signal.throwIfAborted();
        const error = toErrorShape(thrown);
        failures.push(error);
        report.part(item.id, { state: 'failed', error });
      }
      done += 1;
      report.progress({ done, total: items.length, unit: 'items' });
    });
  }
  const [first] = failures;
  if (!first) return;
  if (items.length === 1) throw new BulkheadError(first);
  const message = `${failures.length} of ${items.length} failed. The first: ${first.message}`;
  throw new BulkheadError({ ...first, message });
}
