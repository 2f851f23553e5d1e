/** Images made from a folder with a Dockerfile: by BuildKit where there is a way to it, else by the classic builder. */
import { programEnvironment } from '../../connection/program-environment.ts';
import type { ImagesDomain } from '../../domains/images.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import type { Api } from '../ask.ts';
import { searchPath, type Places } from '../programs/places.ts';
import type { Surroundings } from '../../connection/surroundings.ts';
import type { Around } from './auth.ts';
import { buildWithBuildx, findBuildx } from './buildx.ts';
import { createClassicBuild } from './classic-build.ts';
import { requireContext } from './context.ts';

/** What would build elsewhere, or with other files, than was asked for. */
const STEERING = /^BUILDX_(?:BUILDER|METADATA_|BAKE_)/;

/**
 * As the docker command line decides it: Buildx if the user has it, the engine has BuildKit, and `DOCKER_BUILDKIT` does not say no.
 */
export function createBuild(
  api: Api,
  around: Around,
  placesOf: (around: Surroundings) => Places,
): ImagesDomain['build'] {
  const classic = createClassicBuild(api, around);
  return async (request, { report, signal }) => {
    const { folder, dockerfile = 'Dockerfile' } = request;
    await requireContext({ folder, dockerfile });
    const here = around();
    const places = placesOf(here);
    const own = Object.entries(programEnvironment(api().target, here)).filter(([name]) => !STEERING.test(name));
    const env = { ...Object.fromEntries(own), PATH: searchPath(here, places) };
    const tool =
      here.env['DOCKER_BUILDKIT'] !== '0' && (await hasBuildKit(api, signal))
        ? await findBuildx(here, { env, places, signal })
        : null;
    return tool ? buildWithBuildx(tool, request, { env, report, signal }) : classic(request, { report, signal });
  };
}

/** Every Docker engine on Linux that is not older than we speak to; Podman and engines for Windows have none. */
async function hasBuildKit(api: Api, signal: AbortSignal | undefined): Promise<boolean> {
  const { server, request } = api();
  return server.kind === 'docker' && textOf(objectOf(await request('/version', { signal }))['Os']) === 'linux';
}
