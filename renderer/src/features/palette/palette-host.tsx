import { ActionIcon, Tooltip } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actionOf, type ActionId } from '../../../../shared/actions/registry.ts';
import { useClient } from '../../lib/client-context.tsx';
import { follow } from '../../lib/streams.ts';
import type { EntryDeed } from './entries.ts';
import { keyStep, type Pending } from './keys.ts';
import { PaletteDialog } from './palette-dialog.tsx';
import { useActionContext } from './use-action-context.ts';
import { usePerform, type Opened } from './use-perform.ts';

const ShortcutsDialog = lazy(async () => ({ default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog }));

/** The button, the keys and the dialogs of the palette; and what native menus ask for. */
export function PaletteHost(): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const context = useActionContext();
  const [opened, setOpened] = useState<Opened | null>(null);
  /** Where the focus goes back to. */
  const before = useRef<Element | null>(null);

  const open = useCallback((dialog: Opened): void => {
    before.current = document.activeElement;
    setOpened(dialog);
  }, []);
  const perform = usePerform(open);
  const close = useCallback((): void => {
    setOpened(null);
    giveFocusBack(before.current);
  }, []);
  const choose = useCallback(
    (deed: EntryDeed): void => {
      // First closed: a dialog that it opens gives the focus back to where it was before the palette.
      close();
      perform(deed);
    },
    [close, perform],
  );
  const act = useCallback(
    (id: ActionId): boolean => {
      const deed = actionOf(id).deed(context());
      if (deed) perform(deed);
      return deed !== null;
    },
    [context, perform],
  );

  useShortcuts(act);
  useEffect(
    () =>
      follow({
        open: (signal) => client.desktop.watch(undefined, { signal }),
        onValue: ({ action }) => void act(action),
        // That the core is lost is told by what shows its state.
        onDown: () => undefined,
      }),
    [client, act],
  );
  const { language } = i18n;
  useEffect(() => {
    client.desktop.speak({ language: language === 'zh-CN' ? 'zh-CN' : 'en' }).catch(() => undefined);
  }, [client, language]);

  return (
    <>
      <Tooltip label={t('action.palette')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('action.palette')}
          data-testid="palette-button"
          onClick={() => open('palette')}
        >
          <IconSearch size={18} />
        </ActionIcon>
      </Tooltip>
      {/* There at once: what is typed right after its key must not reach the matrix, where letters block and allow. */}
      {opened === 'palette' && <PaletteDialog context={context()} onChoose={choose} onClose={close} />}
      <Suspense>{opened === 'shortcuts' && <ShortcutsDialog onClose={close} />}</Suspense>
    </>
  );
}

/** Heard before anything on the page, which would take the second key of two for one of its own. */
function useShortcuts(act: (id: ActionId) => boolean): void {
  const pending = useRef<Pending | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      // A shell has its own use for every key, and a dialog or a menu that has the keyboard is to be finished first.
      // One that has been closed may have it a moment longer, and is finished.
      const holder = target?.closest('.xterm, [role="menu"], [aria-modal="true"]');
      if (event.isComposing || holder?.checkVisibility({ visibilityProperty: true })) {
        pending.current = null;
        return;
      }
      const step = keyStep(pending.current, event, { typing: isField(target) });
      pending.current = step.pending;
      if (step.action === null || !act(step.action)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [act]);
}

function isField(element: Element | null): boolean {
  return element?.closest('input, textarea, select, [contenteditable="true"]') !== null && element !== null;
}

/** What was left may be gone by now; the content is always there. */
function giveFocusBack(element: Element | null): void {
  const target = element instanceof HTMLElement && element !== document.body && element.isConnected ? element : null;
  (target ?? document.getElementById('main'))?.focus();
}
