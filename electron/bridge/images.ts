import type { ImageView } from '../../shared/contract/images.ts';
import type { Core } from '../app/core.ts';
import {
  archiveName,
  referenceOf,
  startBuild,
  startLoad,
  startPrune,
  startPull,
  startPush,
  startRemoval,
} from '../app/image-jobs.ts';
import { NOTHING_CHOSEN, prunePlan } from '../app/prune-plan.ts';
import { procedures } from './contract.ts';
import { reread } from './reread.ts';

const { images } = procedures;

export const imagesRouter = (core: Core) => {
  const domain = () => core.manage().images;
  const stage = () => ({ jobs: core.jobs, images: domain() });
  return {
    watch: images.watch.handler(({ signal }) => {
      const now = domain();
      return reread<ImageView[]>(signal, { read: (reading) => now.list({ signal: reading }), onChange: now.onChange });
    }),
    usage: images.usage.handler(({ signal }) => domain().usage({ signal })),
    detail: images.detail.handler(({ input, signal }) => domain().detail(input.ref, { signal })),
    pull: images.pull.handler(({ input }) => ({ job: startPull(stage(), input) })),
    push: images.push.handler(({ input }) => ({ job: startPush(stage(), input.reference) })),
    tag: images.tag.handler(({ input }) => domain().tag(input.ref, referenceOf(input.as))),
    remove: images.remove.handler(({ input }) => ({ job: startRemoval(stage(), input) })),
    // By the one plan, which knows what the build cache holds back.
    prunePreview: images.prunePreview.handler(async ({ input, signal }) => {
      const stage = { manage: core.manage(), topology: core.topology.known() };
      const choice = { ...NOTHING_CHOSEN, images: input.all ? 'unused' : 'dangling' } as const;
      const { kinds } = await prunePlan(stage, choice, signal);
      return kinds.find(({ kind }) => kind === 'images') ?? { items: [], bytes: 0 };
    }),
    prune: images.prune.handler(({ input }) => ({ job: startPrune(stage(), input.ids) })),
    search: images.search.handler(({ input, signal }) => domain().search(input.term, { signal })),
    build: images.build.handler(({ input }) => ({ job: startBuild(stage(), input) })),
    save: images.save.handler(async ({ input, signal }) => {
      const now = domain();
      // What is not there is said here: a download that fails says nothing.
      for (const ref of input.refs) await now.detail(ref, { signal });
      return {
        path: core.downloads.offer({
          name: archiveName(input.refs),
          type: 'application/x-tar',
          open: (signal) => now.save(input.refs, { signal }),
        }),
      };
    }),
    load: images.load.handler(({ input }) => {
      const upload = core.uploads.expect();
      return { path: upload.path, job: startLoad(stage(), input.name, upload) };
    }),
  };
};
