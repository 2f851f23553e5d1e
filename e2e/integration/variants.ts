/** Ways in which an engine may have been set up, beside the versions of `world.ts`. */
import { engineVersion } from '../engines/versions.ts';
import type { EngineOptions } from '../engines/engine.ts';
import { VERSIONS } from './world.ts';

export interface EngineVariant {
  readonly key: string;
  readonly says: string;
  /** Whether docker-proxy serves published ports. */
  readonly proxy: boolean;
  readonly options: (version: string) => Pick<EngineOptions, 'daemonArgs' | 'bridgeNetfilter' | 'iptables'>;
}

export interface VariantOfEngine extends EngineVariant {
  readonly version: string;
}

const PLAIN: EngineVariant = { key: 'plain', says: 'as it comes', proxy: true, options: () => ({}) };
const WITHOUT_PROXY: EngineVariant = {
  key: 'noproxy',
  says: 'without docker-proxy',
  proxy: false,
  options: () => ({ daemonArgs: ['--userland-proxy=false'] }),
};
const OTHERS: readonly EngineVariant[] = [
  {
    key: 'nfcall',
    says: 'with bridge-nf-call-iptables the other way',
    proxy: true,
    options: (version) => ({ bridgeNetfilter: !engineVersion(version).bridgeNetfilter }),
  },
  { key: 'legacy', says: 'on legacy iptables', proxy: true, options: () => ({ iptables: 'legacy' }) },
  {
    key: 'legacy-noproxy',
    says: 'on legacy iptables, without docker-proxy',
    proxy: false,
    options: () => ({ iptables: 'legacy', daemonArgs: ['--userland-proxy=false'] }),
  },
];

/**
 * Every version as it comes, and the newest without docker-proxy; with `BULKHEAD_TEST_VARIANTS` those that it names by their
 * keys, separated by spaces, or `all`.
 */
export const VARIANTS: readonly VariantOfEngine[] = VERSIONS.flatMap((version) => {
  const every = [PLAIN, WITHOUT_PROXY, ...OTHERS];
  const asked = process.env['BULKHEAD_TEST_VARIANTS']?.split(/\s+/);
  const few = version === '28.5' ? [PLAIN, WITHOUT_PROXY] : [PLAIN];
  const chosen = asked ? every.filter(({ key }) => asked.includes('all') || asked.includes(key)) : few;
  return chosen.map((variant) => ({ ...variant, version }));
});
