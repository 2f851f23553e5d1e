/** Images made from a folder with a Dockerfile, by the classic builder that is in every engine. */
import { BulkheadError, toErrorShape } from '../../../../shared/errors.ts';
import type { ImagesDomain } from '../../domains/images.ts';
import type { Progress } from '../../domains/progress.ts';
import { textOf } from '../../inventory/json.ts';
import { UNHURRIED_MS, type Api } from '../ask.ts';
import { readMessages, type Message } from '../messages.ts';
import { buildHeader, type Around } from './auth.ts';
import { buildContext } from './context.ts';
import { layerProgress } from './layers.ts';

const STEP = /^Step (\d+)\/(\d+) : (.*)/;

export function createClassicBuild(api: Api, around: Around): ImagesDomain['build'] {
  return async ({ folder, dockerfile = 'Dockerfile', tags, args = {}, target, noCache, pull }, { report, signal }) => {
    const context = await buildContext({
      folder,
      dockerfile,
      signal,
      onBytes: (done) => report.progress({ done, total: null, unit: 'bytes' }),
    });
    // An archive that ends early is the engine's to complain about; why it did is what matters.
    let unpacked: Error | null = null;
    context.once('error', (error) => (unpacked = error));
    const headers = await buildHeader(around, { signal, line: report.line });
    // The one question whose query has the same name more than once.
    const query = new URLSearchParams(tags.map((tag): [string, string] => ['t', tag]));
    const set = (name: string, value: string): void => query.append(name, value);
    set('dockerfile', dockerfile);
    set('buildargs', JSON.stringify(args));
    set('rm', 'true');
    set('forcerm', 'true');
    if (target) set('target', target);
    if (noCache) set('nocache', 'true');
    if (pull) set('pull', 'true');
    const { address, stream } = api();
    try {
      const response = await stream(`/build?${query.toString()}`, {
        method: 'POST',
        source: context,
        headers,
        timeoutMs: UNHURRIED_MS,
        signal,
      });
      const steps = stepProgress(report);
      await readMessages(response, { address, signal, onMessage: steps.take });
      return steps.image();
    } catch (thrown) {
      if (unpacked && !signal?.aborted) {
        throw new BulkheadError(
          { code: 'BAD_INPUT', message: `The folder could not be read: ${toErrorShape(unpacked).message}`, hint: '' },
          { cause: unpacked },
        );
      }
      throw thrown;
    } finally {
      context.destroy();
    }
  };
}

/** One part for each step of the Dockerfile, its output as lines. */
function stepProgress(report: Progress): { readonly take: (message: Message) => void; readonly image: () => string } {
  let image = '';
  let step = '';
  const layers = layerProgress(report);
  return {
    take: (message) => {
      const made = textOf(message.aux['ID']);
      if (made !== '') image = made;
      if (message.stream === '') {
        if (message.status !== '') layers(message);
        return;
      }
      for (const line of message.stream.split('\n')) {
        if (line.trim() === '') continue;
        const [, number = '', total = '', text = ''] = STEP.exec(line) ?? [];
        if (number !== '') {
          if (step !== '') report.part(step, { state: 'done' });
          step = `step ${number}`;
          report.part(step, { name: `${number}. ${text}`, state: 'running' });
          report.progress({ done: Number(number) - 1, total: Number(total), unit: 'items' });
        }
        const [, built] = /^Successfully built ([0-9a-f]{12,})/.exec(line) ?? [];
        if (built !== undefined) {
          if (step !== '') report.part(step, { state: 'done' });
          image ||= built;
        }
        report.line(line);
      }
    },
    image: () => image,
  };
}
