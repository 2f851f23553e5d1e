/** What every procedure of the contract begins with. */
import { oc } from '@orpc/contract';
import { errorShape } from './schemas.ts';

/** May fail with `BULKHEAD`, whose data is the `ErrorShape` to show. */
export const procedure = oc.errors({ BULKHEAD: { data: errorShape } });
