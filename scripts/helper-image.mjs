/**
 * `npm run helper-image -- --platform linux/amd64,linux/arm64`: makes the helper's image of the shipped recipe with the docker
 * command line, one platform after the other, and saves each where packages take it from (`resources/helper/images`).
 *
 * Other platforms than the engine's own need binfmt handlers on it. Without `--platform`: the engine's own.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { imageFiles, namesIn } from '../electron/guard/helper/packed-image.ts';
import { alpineCandidate } from '../electron/guard/helper/recipe.ts';
import { ROOT } from './lib/root.mjs';

const FOLDER = join(ROOT, 'resources', 'helper', 'images');
const PLATFORM = /^linux\/([a-z0-9]+)$/;
/** buildx would add a second, empty image that says where the first was built: old engines cannot load that. */
const ENVIRONMENT = { ...process.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };

/** Runs docker with `input`; its standard output as a stream, and a promise of its end. */
function docker(args, { input, isShown = false } = {}) {
  const child = spawn('docker', args, {
    env: ENVIRONMENT,
    stdio: [input === undefined ? 'ignore' : 'pipe', isShown ? 'inherit' : 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`docker ${args[0]} ended with ${code}.`)),
    );
  });
  // Whoever stops reading early says why by its exit code.
  child.stdin?.on('error', () => undefined).end(input);
  return { output: child.stdout, ended };
}

/** What it answers to `input`. */
async function ask(args, input) {
  const { output, ended } = docker(args, { input });
  let text = '';
  output.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  await ended;
  return text.trim();
}

async function make(platform, { tag, archive }) {
  const architecture = PLATFORM.exec(platform)[1];
  const name = imageFiles(architecture)[0];
  process.stdout.write(`${name}: ${tag} for ${platform}\n`);
  // The very archive that the app would have an engine build from: the name is a hash of it.
  await docker(['build', '--platform', platform, '--tag', tag, '--label', 'dev.bulkhead=helper', '-'], {
    input: archive,
    isShown: true,
  }).ended;
  try {
    const made = await ask(['image', 'inspect', '--format', '{{.Architecture}}', tag]);
    if (made !== architecture) throw new Error(`The image is for ${made}, not for ${architecture}.`);
    // That it starts: perl, and the program with its modules; and nft, which it calls.
    const answer = await ask(['run', '--rm', '-i', '--platform', platform, tag], '{"id":1,"op":"ping"}\n');
    if (answer !== '{"id":1,"ok":{}}') throw new Error(`The helper answered ${JSON.stringify(answer)}.`);
    await ask(['run', '--rm', '--platform', platform, '--entrypoint', 'nft', tag, '--version']);
    await save(tag, join(FOLDER, name));
  } finally {
    // It may be for another processor than the engine's, and Bulkhead on this machine would take it for its own.
    await ask(['image', 'rm', '--force', tag]);
  }
}

/** Under another name until it is whole. */
async function save(tag, file) {
  const part = file.replace(/\.gz$/, '.part.gz');
  try {
    const { output, ended } = docker(['save', tag]);
    await Promise.all([pipeline(output, createGzip({ level: 9 }), createWriteStream(part)), ended]);
    const names = await namesIn(part);
    if (names.join() !== tag) throw new Error(`The archive holds ${names.join(', ') || 'nothing'}, not ${tag}.`);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  const { size } = await stat(file);
  process.stdout.write(`${file}: ${(size / 1e6).toFixed(1)} MB\n`);
}

const { values } = parseArgs({ options: { platform: { type: 'string' } } });
const asked = values.platform ?? `linux/${await ask(['version', '--format', '{{.Server.Arch}}'])}`;
const platforms = asked.split(',');
const unknown = platforms.filter((platform) => !PLATFORM.test(platform));
if (unknown.length > 0) {
  process.stderr.write(
    `No platform: ${unknown.join(', ')}. It may be linux/amd64 or linux/arm64, or both with a comma.\n`,
  );
  process.exit(2);
}
// What was made of another recipe would only be passed over.
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const recipe = await alpineCandidate();
for (const platform of platforms) await make(platform, recipe);
