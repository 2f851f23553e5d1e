/** `npm run schemas`: writes the published schemas anew; a test tells when that is due. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changesSchemaText } from '../shared/exports/changes-schema.ts';
import { policySchemaText } from '../shared/policy/schema.ts';
import { ROOT } from './lib/root.mjs';

const texts = { 'policy.v1.json': policySchemaText(), 'changes.v1.json': changesSchemaText() };
for (const [name, text] of Object.entries(texts)) await writeFile(join(ROOT, 'docs', 'schemas', name), text);
