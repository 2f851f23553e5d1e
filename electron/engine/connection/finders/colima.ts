/** Colima: one socket per profile, `default` first. */
import { joinPath, type Surroundings } from '../surroundings.ts';
import { presentSockets, type Finder } from './finder.ts';

export const colima: Finder = {
  source: 'Colima',
  find: async (around) => {
    if (around.platform === 'win32') return [];
    const found = await Promise.all(homes(around).map((home) => inHome(around, home)));
    return found.flat();
  },
};

/** Newer ones keep to the XDG folder, unless the old one is there. */
function homes(around: Surroundings): readonly string[] {
  const asked = around.env['COLIMA_HOME'];
  if (asked) return [asked];
  const config = around.env['XDG_CONFIG_HOME'] || joinPath(around, around.homedir, '.config');
  return [joinPath(around, around.homedir, '.colima'), joinPath(around, config, 'colima')];
}

async function inHome(around: Surroundings, home: string): Promise<readonly string[]> {
  const profiles = (await around.files.list(home)).filter((name) => name !== 'default' && !name.startsWith('_')).sort();
  return presentSockets(
    around,
    ['default', ...profiles].map((profile) => joinPath(around, home, profile, 'docker.sock')),
  );
}
