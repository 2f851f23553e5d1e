/**
 * The shape of `bulkhead export --diff --format json`, for other programs: `docs/schemas/changes.v1.json` is made of it
 * (`npm run schemas`).  Version 1 may get more fields; those that there are stay what they are.
 */
import * as z from 'zod';
import { CHANGES_VERSION } from './changes-text.ts';

const text = z.string();
const key = text.describe('container:NAME, service:NAME, host, lan, internet; of networks the name');
const keys = z.array(text);
const moves = z.strictObject({ key, came: keys, went: keys });
const values = z.strictObject({ key, before: text, after: text });
const verdict = z.enum(['open', 'partial', 'blocked', 'unknown']);

const edge = z
  .strictObject({
    layer: z.enum(['network', 'name', 'data', 'control']),
    what: text,
    from: text,
    to: text,
    both: z.boolean(),
    cut: z.enum(['held', 'engine', 'wanted']).optional().describe('Absent: open. wanted: a rule that is not in force.'),
    label: text,
  })
  .describe('As in export.v1.json');

const facts = z.strictObject({
  driver: text,
  subnets: keys,
  internal: z.boolean(),
  shut: z.boolean().describe('Most pairs inside are cut.'),
});

const changes = z
  .strictObject({
    version: z.literal(CHANGES_VERSION),
    notes: keys.describe(
      'What is good to know about the two, for people: that they are not of the same scope or engine',
    ),
    endpoints: z
      .strictObject({
        came: keys,
        went: keys,
        state: z.array(values),
        image: z.array(values),
        published: z.array(moves).describe('8080 → 80, 127.0.0.1:53 → 53/udp'),
        marks: z.array(moves).describe('engine, isolated, offline'),
      })
      .describe('All but came and went: of those that both exports have'),
    networks: z
      .strictObject({
        came: keys,
        went: keys,
        members: z.array(moves).describe('Of networks that only one of the two has: members that both have'),
        facts: z.array(z.strictObject({ key, before: facts, after: facts })),
      })
      .describe('Empty where one of the two tells of no networks'),
    edges: z
      .strictObject({
        came: z.array(edge),
        went: z.array(edge),
        changed: z.array(z.strictObject({ before: edge, after: edge })),
      })
      .describe('What passes beside the network, and cuts of which the rest does not tell'),
    pairs: z
      .array(z.strictObject({ from: key, to: key, before: verdict, after: verdict }))
      .describe('Pairs with another verdict of the network layer'),
  })
  .describe('What changed between two exports of one engine');

/** The JSON Schema (draft 7) as it is published. */
export function changesSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(changes, { target: 'draft-7', io: 'input' });
  const title = `bulkhead export --diff --format json, version ${String(CHANGES_VERSION)}`;
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}
