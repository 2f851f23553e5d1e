/** `npm run schemas`: writes the published schemas anew; a test tells when that is due. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { policySchemaText } from '../shared/policy/schema.ts';
import { ROOT } from './lib/root.mjs';

await writeFile(join(ROOT, 'docs', 'schemas', 'policy.v1.json'), policySchemaText());
