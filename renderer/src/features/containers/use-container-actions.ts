import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/schemas.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { isUpState, type ActionName } from './actions.ts';

export interface ContainerActs {
  /** What is being done, by container id. */
  readonly pending: ReadonlyMap<string, ActionName>;
  readonly act: (container: ContainerView, action: ActionName) => void;
}

/** Runs actions one per container; a failure becomes a notice with what to do next. */
export function useContainerActions(): ContainerActs {
  const client = useClient();
  const { t } = useTranslation();
  const [pending, setPending] = useState<ReadonlyMap<string, ActionName>>(new Map());
  const busy = useRef(new Set<string>());
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const act = useCallback(
    (container: ContainerView, action: ActionName): void => {
      const { id, name, state } = container;
      if (busy.current.has(id)) return;
      busy.current.add(id);
      setPending((before) => new Map(before).set(id, action));
      const run = async (): Promise<void> => {
        try {
          const force = action === 'remove' && isUpState(state) ? { force: true } : {};
          await client.containers.act({ id, action, ...force });
        } catch (thrown) {
          const { message, hint } = errorOf(thrown);
          notifications.show({
            color: 'red',
            title: t('containers.failed', { action: t(`containers.action.${action}`), name }),
            message: hint === '' ? message : `${message} ${hint}`,
            autoClose: 12_000,
            closeButtonProps: { 'aria-label': t('common.close') },
          });
        } finally {
          busy.current.delete(id);
          if (mounted.current) {
            setPending((before) => {
              const after = new Map(before);
              after.delete(id);
              return after;
            });
          }
        }
      };
      void run();
    },
    [client, t],
  );
  return { pending, act };
}
