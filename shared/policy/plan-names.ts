/** Names in a change must be somebody's. Rule L5 of SPEC.md. */
import { BulkheadError } from '../errors.ts';
import type { Topology } from '../topology/model.ts';
import type { Selector } from './model.ts';
import { formatSelector, plain, resolveSelector } from './selector.ts';

/** @throws BulkheadError `NOT_FOUND`, `AMBIGUOUS`. */
export function mustName(selector: Selector, topology: Topology): void {
  const found = resolveSelector(selector, topology);
  const name = plain(formatSelector(selector).replace(/^(container|service):/, ''));
  if (found.length === 0) throw notFound(name);
  if (selector.kind === 'container' && found.length > 1) {
    throw new BulkheadError({
      code: 'AMBIGUOUS',
      message: `${found.length} containers are called "${name}".`,
      hint: 'Rename all but one of them.',
    });
  }
}

export function notFound(name: string): BulkheadError {
  return new BulkheadError({
    code: 'NOT_FOUND',
    message: `There is no endpoint "${name}".`,
    hint: 'Names are container names, project/service, project:NAME, network:NAME, label:KEY=VALUE, all, host, lan, internet.',
  });
}
