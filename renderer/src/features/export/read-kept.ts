/** Understands a kept export.  Loaded when one is chosen: the page has no other use for zod. */
import '../../lib/zod-setup.ts';

export { readRecorded } from '../../../../shared/exports/read-recorded.ts';
