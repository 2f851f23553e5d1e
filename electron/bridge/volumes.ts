import type { VolumeRow } from '../../shared/contract/volumes.ts';
import type { Core } from '../app/core.ts';
import { startClone, startRestore, startVolumeRemoval } from '../app/volume-jobs.ts';
import { unusedVolumes, volumeRows } from '../app/volume-rows.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

const { volumes } = procedures;

export const volumesRouter = (core: Core) => {
  const domain = () => core.manage().volumes;
  const removal = (names: readonly string[], kind: 'remove' | 'prune') => ({
    job: startVolumeRemoval(core.jobs, { domain: domain(), topology: core.topology.known(), kind }, names),
  });
  return {
    watch: volumes.watch.handler(({ signal }) =>
      latest<VolumeRow[]>(
        signal,
        () => {
          const now = core.topology.now();
          return now && volumeRows(now);
        },
        (listener) => core.topology.onChange((topology) => listener(volumeRows(topology))),
      ),
    ),
    usage: volumes.usage.handler(({ signal }) => domain().usage({ signal })),
    create: volumes.create.handler(async ({ input }) => ({ name: await domain().create(input) })),
    remove: volumes.remove.handler(({ input }) => removal(input.names, 'remove')),
    prunePreview: volumes.prunePreview.handler(async ({ input, signal }) => {
      const usage = await domain()
        .usage({ signal })
        .catch(() => []);
      return unusedVolumes(core.topology.known(), usage, input.all);
    }),
    prune: volumes.prune.handler(({ input }) => removal(input.ids, 'prune')),
    files: volumes.files.handler(({ input, signal }) => domain().list(input.name, input.path, { signal })),
    fetch: volumes.fetch.handler(({ input }) => {
      const { name, path } = input;
      const now = domain();
      const isFolder = path === '' || path.endsWith('/');
      const last = path.split('/').filter(Boolean).at(-1) ?? name;
      return {
        path: core.downloads.offer({
          name: isFolder ? `${last}.tar` : last,
          type: isFolder ? 'application/x-tar' : 'application/octet-stream',
          open: async (signal) => (await now.open(name, path.replace(/\/$/, ''), { signal })).content,
        }),
      };
    }),
    clone: volumes.clone.handler(({ input }) => ({
      job: startClone(core.jobs, { domain: domain(), topology: core.topology.known() }, input),
    })),
    backup: volumes.backup.handler(({ input }) => {
      const now = domain();
      return {
        path: core.downloads.offer({
          name: `${input.name.slice(0, 100)}.tar`,
          type: 'application/x-tar',
          open: (signal) => now.save(input.name, { signal }),
        }),
      };
    }),
    restore: volumes.restore.handler(({ input }) => {
      const upload = core.uploads.expect();
      return { path: upload.path, job: startRestore(core.jobs, domain(), { name: input.name, upload }) };
    }),
  };
};
