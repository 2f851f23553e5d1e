/**
 * The policy file's shape, for editors: what `parsePolicy` takes, said as a schema.  `docs/schemas/policy.v1.json` is made
 * of it (`npm run schemas`).  What a schema cannot say (the order of a range, names that repeat) only the parser knows.
 */
import * as z from 'zod';

/** As `parseSelector` takes it: a prefix must be followed by something, other names have one slash at most. */
const SELECTOR =
  /^(?!\s*$)(?:(?:container|service|project|network):[\s\S]+|label:[^=][\s\S]*|(?!(?:container|service|project|network|label):)[^/]+(?:\/[^/]+)?)$/;

const selector = z
  .string()
  .max(512)
  .regex(SELECTOR)
  .describe(
    'project/service, container:NAME, service:NAME, project:NAME, network:NAME, label:KEY=VALUE, all, host, lan or internet',
  );

/** What can be guarded. */
const group = z
  .string()
  .max(512)
  .regex(/^(?:network|project):[\s\S]+$/)
  .describe('network:NAME or project:NAME');

const port = z
  .string()
  .regex(/^\s*(?:(?:[tT][cC][pP]|[uU][dD][pP])(?:\/[0-9]{1,5}(?:-[0-9]{1,5})?)?|[iI][cC][mM][pP])\s*$/)
  .describe('tcp/5432, udp/5000-5100, tcp, udp or icmp');

const rule = z.strictObject({
  from: selector,
  to: selector,
  ports: z
    .union([port, z.array(port).min(1).max(256)])
    .optional()
    .describe('Without: everything'),
  action: z.enum(['deny', 'allow']),
});

export const policyFile = z
  .strictObject({
    version: z.literal(1),
    posture: z.enum(['open', 'guarded']).optional().describe('guarded: nothing passes that no rule allows'),
    guarded: z.array(group).nullable().optional().describe('Who passes nothing that no rule allows'),
    isolated: z.array(selector).nullable().optional().describe('Who passes nothing at all, whatever the rules say'),
    offline: z.array(selector).nullable().optional().describe('Who passes nothing to or from the internet'),
    rules: z.array(rule).nullable().optional().describe('The most specific names win; deny beats allow between equals'),
  })
  .describe('Bulkhead: who may talk to whom');

/** The JSON Schema (draft 7, which editors read) as it is published. */
export function policySchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(policyFile, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ $schema, title: 'Bulkhead policy', ...schema }, null, 2)}\n`;
}
