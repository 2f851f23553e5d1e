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
      const [first, ...others] = projects;
      const choice = `Choose one with --project: ${projects.join(', ')}.`;
      if (first === undefined) {
        throw new BulkheadError({
          code: 'BAD_INPUT',
          message: 'There is no project of Compose here.',
          hint: 'An override is of containers that Compose has made.',
        });
      }
      if (scope.project === undefined && others.length > 0) {
        throw new BulkheadError({ code: 'BAD_INPUT', message: 'An override is of one project.', hint: choice });
      }
      const project = scope.project ?? first;
      if (!projects.includes(project)) {
        throw new BulkheadError({
          code: 'BAD_INPUT',
          message: `Nothing of the project "${project}" is a container of Compose, and an override is of those.`,
          hint: choice,
        });
      }
      return exportCompose(topology, source.policy(), project);
    },
  },
} as const satisfies Record<string, ExportFormat>;
