/** The run dialog's container as it crosses to the core.  What only the engine can judge is left to it. */
import * as z from 'zod';
import type { RunSpec } from '../containers/run-spec.ts';

const text = z.string().max(4096);
/** Environment values and label values may be long. */
const value = z.string().max(1024 * 1024);
const port = z.number().int().min(1).max(65_535);
/** `source:target:ro` is how engines write it, so a colon cannot be part of either. */
const path = text.regex(/^[^:]*$/, 'A path with a colon cannot be mounted.');

export const runSpec: z.ZodType<RunSpec> = z.object({
  image: text.min(1, 'Which image?'),
  name: z.string().max(255),
  entrypoint: z.array(text).max(256).nullable(),
  command: z.array(value).max(4096),
  ports: z
    .array(
      z.object({
        address: z.string().max(64),
        hostPort: z.number().int().min(0).max(65_535),
        port,
        protocol: z.enum(['tcp', 'udp', 'sctp']),
      }),
    )
    .max(1000),
  env: z.array(z.object({ name: text.regex(/^[^=]+$/, 'A variable needs a name without "=".'), value })).max(5000),
  labels: z.array(z.object({ name: text.min(1), value })).max(5000),
  mounts: z
    .array(
      z.object({
        type: z.enum(['bind', 'volume', 'tmpfs']),
        source: path,
        target: path.regex(/^\//, 'Paths in a container begin with "/".'),
        readOnly: z.boolean(),
      }),
    )
    .max(1000),
  networks: z
    .array(z.object({ name: text.min(1), aliases: z.array(z.string().max(255)).max(100), ipv4: z.string().max(64) }))
    .max(200),
  restart: z.enum(['no', 'on-failure', 'always', 'unless-stopped']),
  restartTries: z.number().int().min(0).max(1_000_000),
  memory: z.number().int().min(0),
  cpus: z.number().min(0).max(100_000),
  hostname: z.string().max(255),
  user: z.string().max(255),
  workdir: text,
  tty: z.boolean(),
  privileged: z.boolean(),
  autoRemove: z.boolean(),
});
