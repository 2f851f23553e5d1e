/** Formats that write the policy for others: manifests for Kubernetes, an override for Compose. */
import { BulkheadError } from '../../../shared/errors.ts';
import { composeProjects, exportCompose } from '../../../shared/exports/compose.ts';
import { exportK8s } from '../../../shared/exports/k8s.ts';
import { inScope } from '../../../shared/diagram/scope.ts';
import type { ExportFormat } from './format.ts';

export const POLICY_FORMATS = {
  k8s: {
    about: 'NetworkPolicies that mean the same as the policy',
    extension: 'yaml',
    mediaType: 'application/yaml',
    compares: false,
    write: (source, { scope }) => {
      const topology = source.topology();
      return exportK8s(topology, source.policy(), new Set(inScope(topology, scope).map(({ id }) => id)));
    },
  },
  compose: {
    about: 'an override for Compose whose networks are the policy, of one project',
    extension: 'yml',
    mediaType: 'application/yaml',
    compares: false,
    write: (source, { scope }) => {
      if (scope.network !== undefined || scope.filter !== undefined || scope.ids !== undefined) {
        // Networks of a part of a project would let pass what the rest of it may not, or cut what it may.
        throw new BulkheadError({
          code: 'BAD_INPUT',
          message: 'An override is of a whole project.',
          hint: 'Leave --network and --filter out; --project chooses the project.',
        });
      }
      const topology = source.topology();
      const projects = composeProjects(topology);
      const [project, ...others] = scope.project === undefined ? projects : [scope.project];
      if (project !== undefined && others.length === 0) return exportCompose(topology, source.policy(), project);
      throw new BulkheadError({
        code: 'BAD_INPUT',
        message: project === undefined ? 'There is no project of Compose here.' : 'An override is of one project.',
        hint: project === undefined ? '' : `Choose one with --project: ${projects.join(', ')}.`,
      });
    },
  },
} as const satisfies Record<string, ExportFormat>;
