/** Other Bulkheads that hold rules on the engine: told by their helpers, and by the keepers of those that do not run now. */
import { BULKHEAD_LABEL, BY_LABEL, INSTANCE_LABEL } from '../../../shared/topology/model.ts';
import type { DockerApi } from '../connection/index.ts';
import type { Identity } from '../../lib/identity.ts';
import type { OtherBulkhead } from '../driver.ts';
import { arrayOf, objectOf, textOf } from '../inventory/json.ts';

/** Those under our own name are an app and its commands, which want the same. */
export async function otherBulkheads(api: DockerApi, own: Identity): Promise<readonly OtherBulkhead[]> {
  const lines = arrayOf(
    await api.request('/containers/json', { query: { filters: { label: [BULKHEAD_LABEL, BY_LABEL] } } }),
  ).map(objectOf);
  const found = lines.flatMap((line) => {
    const labels = objectOf(line['Labels']);
    const [by, instance] = [textOf(labels[BY_LABEL]), textOf(labels[INSTANCE_LABEL])];
    if (by === own.by && instance === own.instance) return [];
    const created = typeof line['Created'] === 'number' ? line['Created'] : 0;
    return [{ by, table: instance === '' ? 'bulkhead' : `bulkhead_${instance}`, sinceMs: created * 1000 }];
  });
  // One may have both.
  return found.filter(({ by, table }, at) => found.findIndex((one) => one.by === by && one.table === table) === at);
}
