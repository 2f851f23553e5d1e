/** The product's domains on a private engine, with what they tell while they work. */
import type { Readable } from 'node:stream';
import { connect, type DockerApi } from '../../electron/engine/connection/index.ts';
import type { Progress } from '../../electron/engine/domains/progress.ts';
import { toErrorShape, type ErrorShape } from '../../shared/errors.ts';

export interface Told extends Progress {
  readonly parts: Map<string, { name?: string; state?: string; text?: string; total?: number | null }>;
  readonly lines: string[];
  /** The last one. */
  readonly sum: () => { readonly done: number; readonly total: number | null } | null;
}

export function listen(onTold: () => void = () => undefined): Told {
  const parts: Told['parts'] = new Map();
  const lines: string[] = [];
  let sum: { done: number; total: number | null } | null = null;
  return {
    parts,
    lines,
    sum: () => sum,
    part: (id, change) => {
      parts.set(id, { ...parts.get(id), ...change });
      onTold();
    },
    line: (text) => {
      lines.push(text);
      onTold();
    },
    progress: (change) => {
      sum = change;
      onTold();
    },
  };
}

/** What it fails with; throws when it does not. */
export async function failureOf(work: Promise<unknown>): Promise<ErrorShape> {
  const outcome = await work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ error: toErrorShape(thrown) }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`This should have failed, and gave ${JSON.stringify(outcome.value)}.`);
}

export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function connectTo(engine: { readonly url: string }): Promise<DockerApi> {
  return connect(engine.url);
}
