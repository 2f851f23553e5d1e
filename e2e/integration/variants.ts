/** Ways in which an engine may have been set up, beside the versions of `world.ts`. */
import { engineVersion } from '../engines/versions.ts';
import type { EngineOptions } from '../engines/engine.ts';
import { VERSIONS } from './world.ts';

export interface EngineVariant {
  readonly says: string;
  /** Whether docker-proxy serves published ports. */
  readonly proxy: boolean;
  readonly options: (version: string) => Pick<EngineOptions, 'daemonArgs' | 'bridgeNetfilter' | 'iptables'>;
}

export interface VariantOfEngine extends EngineVariant {
  readonly version: string;
}

const PLAIN: EngineVariant = { says: 'as it comes', proxy: true, options: () => ({}) };
const WITHOUT_PROXY: EngineVariant = {
  says: 'without docker-proxy',
  proxy: false,
  options: () => ({ daemonArgs: ['--userland-proxy=false'] }),
};
const OTHERS: readonly EngineVariant[] = [
  {
    says: 'with bridge-nf-call-iptables the other way',
    proxy: true,
    options: (version) => ({ bridgeNetfilter: !engineVersion(version).bridgeNetfilter }),
  },
  { says: 'on legacy iptables', proxy: true, options: () => ({ iptables: 'legacy' }) },
  {
    says: 'on legacy iptables, without docker-proxy',
    proxy: false,
    options: () => ({ iptables: 'legacy', daemonArgs: ['--userland-proxy=false'] }),
  },
];

/** Every version as it comes, and the newest without docker-proxy; with `BULKHEAD_TEST_VARIANTS=all`, all of all. */
export const VARIANTS: readonly VariantOfEngine[] = VERSIONS.flatMap((version) => {
  const all = process.env['BULKHEAD_TEST_VARIANTS'] === 'all';
  const more = all ? [WITHOUT_PROXY, ...OTHERS] : version === '28.5' ? [WITHOUT_PROXY] : [];
  return [PLAIN, ...more].map((variant) => ({ ...variant, version }));
});
