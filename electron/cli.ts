#!/usr/bin/env node
/** Command-line entry. */
import { run } from './cli/run.ts';

// The reader of a pipe may leave early (`| head`): that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  bytes: (data) => process.stdout.write(data),
  err: (text) => process.stderr.write(text),
  env: process.env,
  signal: stop.signal,
});
// A pipe takes its bytes in its own time: leaving before that would cut the answer short.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
// An engine's keep-alive sockets must not hold a finished command; everything of ours is closed by now.
process.exit();
