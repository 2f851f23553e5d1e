/** What is asked of one container. */
import type { ContainersDomain } from '../../domains/containers.ts';
import { arrayOf, objectOf, textOf, textsOf } from '../../inventory/json.ts';
import { connectionFault } from '../../connection/faults.ts';
import { pathOf, type Api } from '../ask.ts';
import { changedFiles } from '../creation.ts';
import { specOf, untoldOf } from './spec.ts';
import { toStatsSample } from './stats.ts';

type Reading = Pick<ContainersDomain, 'inspect' | 'top' | 'stats' | 'specOf' | 'untold' | 'changedFiles' | 'export'>;

/** `pid` first, as the engine finds the container's own by it. */
const PS = '-eo pid,ppid,user,pcpu,pmem,etime,args';

export function createReading(api: Api): Reading {
  const inspect: Reading['inspect'] = async (ref) => objectOf(await api().request(pathOf('containers', ref, 'json')));
  return {
    inspect,
    top: async (ref) => {
      const ask = async (psArgs: string): ReturnType<Reading['top']> => {
        const path = pathOf('containers', ref, 'top');
        const { Titles, Processes } = objectOf(await api().request(path, { query: { ps_args: psArgs } }));
        return { titles: textsOf(Titles), rows: arrayOf(Processes).map(textsOf) };
      };
      return ask(PS);
    },
    stats: async (ref, { signal, onSample }) => {
      const { address, stream } = api();
      const body = await stream(pathOf('containers', ref, 'stats'), { query: { stream: true }, signal });
      body.setEncoding('utf8');
      let isOver = false;
      try {
        for await (const line of linesOf(body)) {
          const sample = toStatsSample(JSON.parse(line));
          // Of a container that has stopped the engine goes on telling nothing.
          if (!sample) {
            isOver = true;
            break;
          }
          onSample(sample);
        }
      } catch (thrown) {
        if (!isOver) throw connectionFault(address, thrown);
      } finally {
        body.destroy();
      }
    },
    specOf: async (ref) => {
      const found = await inspect(ref);
      const image = await api()
        .request(pathOf('images', textOf(found['Image']), 'json'))
        .then(objectOf, () => null);
      return specOf(found, image);
    },
    untold: async (ref) => untoldOf(await inspect(ref)),
    changedFiles: async (ref) => {
      const found = await inspect(ref);
      const changes = arrayOf(await api().request(pathOf('containers', ref, 'changes')));
      const paths = changes.map((one) => textOf(objectOf(one)['Path']));
      return changedFiles(found, paths).length;
    },
    export: (ref, { signal } = {}) => api().stream(pathOf('containers', ref, 'export'), { signal }),
  };
}

/** Longer than any look at a container (characters). */
const LONGEST_LINE = 1_000_000;

/** Whole lines; what has no end is dropped. */
async function* linesOf(body: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) rest = '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
}
