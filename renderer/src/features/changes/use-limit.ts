import { useTranslation } from 'react-i18next';
import type { Limit } from '../../../../shared/contract/schemas.ts';
import { useApp } from '../../lib/store.ts';

/** Why this cannot work on the engine, in words; null where nothing is known against it. */
export function useLimit(what: Limit['what']): string | null {
  const { t } = useTranslation();
  const code = useApp(({ frame }) => frame?.limits.find((limit) => limit.what === what)?.code);
  return code === undefined ? null : t(`limit.${code}`);
}
