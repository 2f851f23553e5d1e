#!/usr/bin/env node
/** Command-line entry. */
import { run } from './cli/run.ts';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  env: process.env,
  signal: stop.signal,
});
// An engine's keep-alive sockets must not hold a finished command; everything of ours is closed by now.
process.exit();
