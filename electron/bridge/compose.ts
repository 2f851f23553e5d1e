import type { ComposeToolView, ProjectView } from '../../shared/contract/compose.ts';
import { toErrorShape } from '../../shared/errors.ts';
import {
  findProject,
  modelOf,
  startAction,
  startDown,
  startOpen,
  startScale,
  startUp,
  type ComposeStage,
} from '../app/compose-jobs.ts';
import { projectRows, projectView } from '../app/compose-rows.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { reread } from './reread.ts';

const { compose } = procedures;

export const composeRouter = (core: Core) => {
  const domain = () => core.manage().compose;
  const stage = (): ComposeStage => ({
    jobs: core.jobs,
    compose: domain(),
    topology: core.topology.known(),
    remembered: core.projects,
  });
  return {
    watch: compose.watch.handler(({ signal }) => {
      const now = domain();
      return reread<ProjectView[]>(signal, {
        read: async () => {
          const rows = projectRows(core.topology.known(), await core.projects.list());
          return Promise.all(rows.map((row) => projectView(row, now)));
        },
        onChange: (listener) => {
          const stops = [core.topology.onChange(listener), core.projects.onChange(listener)];
          return () => stops.forEach((stop) => stop());
        },
      });
    }),
    tool: compose.tool.handler(async ({ signal }): Promise<ComposeToolView> => {
      const now = domain();
      try {
        return { found: await now.tool({ signal }), error: null };
      } catch (thrown) {
        return { found: null, error: toErrorShape(thrown) };
      }
    }),
    model: compose.model.handler(async ({ input, signal }) =>
      modelOf(domain(), await findProject(stage(), input.project), signal),
    ),
    read: compose.read.handler(async ({ input, signal }) => {
      const now = domain();
      const source = { ...(await now.locate(input.path, input.envFiles)), name: input.name ?? '' };
      return { ...(await now.model(source, { signal })), active: [] };
    }),
    config: compose.config.handler(async ({ input, signal }) => {
      const row = await findProject(stage(), input.project);
      const { active } = await modelOf(domain(), row, signal);
      return { text: await domain().config(row.source, { profiles: active, signal }) };
    }),
    open: compose.open.handler(async ({ input }) => {
      const { path, envFiles, name, ...options } = input;
      return { job: await startOpen(stage(), { path, envFiles, name }, options) };
    }),
    up: compose.up.handler(async ({ input }) => {
      const { project, ...options } = input;
      return { job: await startUp(stage(), project, options) };
    }),
    act: compose.act.handler(async ({ input }) => ({ job: await startAction(stage(), input.project, input) })),
    scale: compose.scale.handler(async ({ input }) => ({ job: await startScale(stage(), input.project, input) })),
    down: compose.down.handler(async ({ input }) => ({ job: await startDown(stage(), input.project, input.volumes) })),
    forget: compose.forget.handler(({ input }) => core.projects.forget(input.project)),
  };
};
