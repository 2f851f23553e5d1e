import { ActionIcon, Button, Menu, TextInput, useComputedColorScheme } from '@mantine/core';
import { IconPlayerPlay, IconPlus, IconSearch, IconTerminal2, IconX } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import type { TerminalRequest } from '../../../../shared/contract/terminal.ts';
import { useClient } from '../../lib/client-context.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { Note } from '../../ui/note.tsx';
import { openSession, type TerminalSession } from './terminal-session.ts';
import { terminalTheme } from './terminal-theme.ts';
import '@xterm/xterm/css/xterm.css';
import './terminal.css';

type Kind = TerminalRequest['kind'];

interface Tab {
  readonly key: number;
  readonly name: string;
  readonly session: TerminalSession;
}

/** Shells in a container, and its main process, in tabs.  They are hung up when this goes. */
export function ContainerTerminal(props: { readonly container: ContainerView }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { id, state } = props.container;
  const [tabs, setTabs] = useState<readonly Tab[]>([]);
  const [current, setCurrent] = useState(0);
  const [query, setQuery] = useState('');
  const count = useRef(0);
  const isRunning = state === 'running';

  const open = useCallback(
    (kind: Kind): void => {
      const key = (count.current += 1);
      const name = `${t(`terminal.${kind}`)} ${key}`;
      const session = openSession(client, { container: id, kind, label: t('terminal.screen', { name }) });
      setTabs((before) => [...before, { key, name, session }]);
      setCurrent(key);
    },
    [client, id, t],
  );
  const close = (tab: Tab): void => {
    tab.session.close();
    const rest = tabs.filter((one) => one !== tab);
    setTabs(rest);
    if (current === tab.key) setCurrent(rest.at(-1)?.key ?? 0);
  };
  // What is open when this goes is closed; and the first shell opens by itself, once.
  const all = useRef(tabs);
  useEffect(() => {
    all.current = tabs;
  }, [tabs]);
  useEffect(
    () => () => {
      for (const { session } of all.current) session.close();
    },
    [],
  );
  const isFresh = useRef(true);
  useEffect(() => {
    if (!isRunning || !isFresh.current) return;
    isFresh.current = false;
    open('shell');
  }, [isRunning, open]);

  const shown = tabs.find(({ key }) => key === current);
  if (tabs.length === 0 && !isRunning) {
    return (
      <Face
        icon={<IconTerminal2 size={40} />}
        title={t('terminal.not-running.title')}
        text={t('terminal.not-running.text')}
      />
    );
  }
  return (
    <div className="terminals" data-testid="terminals">
      <div className="terminal-bar">
        <div className="terminal-tabs" role="group" aria-label={t('terminal.tabs')}>
          {tabs.map((tab) => (
            <span key={tab.key} className="terminal-tab" data-current={tab.key === current}>
              <button type="button" aria-pressed={tab.key === current} onClick={() => setCurrent(tab.key)}>
                <IconTerminal2 size={15} aria-hidden /> <TabName tab={tab} />
              </button>
              <ActionIcon
                size="xs"
                variant="subtle"
                aria-label={t('terminal.close', { name: tab.name })}
                onClick={() => close(tab)}
              >
                <IconX size={13} aria-hidden />
              </ActionIcon>
            </span>
          ))}
        </div>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={15} aria-hidden />}
          disabled={!isRunning}
          data-testid="new-shell"
          onClick={() => open('shell')}
        >
          {t('terminal.new-shell')}
        </Button>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="compact-sm" variant="subtle" disabled={!isRunning} data-testid="attach">
              {t('terminal.attach')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPlayerPlay size={15} aria-hidden />} onClick={() => open('attach')}>
              {t('terminal.new-attach')}
            </Menu.Item>
            <Menu.Label>{t('terminal.new-attach-hint')}</Menu.Label>
          </Menu.Dropdown>
        </Menu>
        <span className="spacer" />
        <TextInput
          size="xs"
          leftSection={<IconSearch size={15} aria-hidden />}
          aria-label={t('terminal.search')}
          placeholder={t('terminal.search')}
          value={query}
          disabled={!shown}
          onChange={({ currentTarget }) => setQuery(currentTarget.value)}
          onKeyDown={({ key, shiftKey }) => {
            if (key === 'Enter' && query !== '') shown?.session.find(query, !shiftKey);
            if (key === 'Escape') shown?.session.focus();
          }}
        />
      </div>
      {tabs.length === 0 && (
        <Face icon={<IconTerminal2 size={40} />} title={t('terminal.none.title')} text={t('terminal.none.text')} />
      )}
      {tabs.map((tab) => (
        <Screen
          key={tab.key}
          tab={tab}
          isShown={tab.key === current}
          onAgain={isRunning ? () => open(tab.session.kind) : null}
        />
      ))}
    </div>
  );
}

function useSessionState(session: TerminalSession) {
  return useSyncExternalStore(session.onState, session.state);
}

/** What runs in it, as soon as that is known. */
function TabName({ tab }: { readonly tab: Tab }): ReactElement {
  const state = useSessionState(tab.session);
  const [program, setProgram] = useState('');
  if (state.phase === 'open' && state.program !== program) setProgram(state.program);
  return <>{program === '' ? tab.name : `${program} ${tab.key}`}</>;
}

function Screen(props: {
  readonly tab: Tab;
  readonly isShown: boolean;
  /** Null: nothing can be opened now. */
  readonly onAgain: (() => void) | null;
}): ReactElement {
  const { t } = useTranslation();
  const { tab, isShown, onAgain } = props;
  const { session } = tab;
  const state = useSessionState(session);
  const scheme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    session.setTheme(terminalTheme(scheme));
  }, [session, scheme]);
  useEffect(() => (host.current ? session.show(host.current) : undefined), [session]);
  useEffect(() => {
    if (isShown) session.focus();
  }, [session, isShown]);
  return (
    <div className="terminal-pane" data-shown={isShown} data-testid="terminal" data-phase={state.phase}>
      {state.phase === 'ended' && (
        <div className="terminal-end">
          {state.error ? (
            <ErrorCard error={state.error} />
          ) : (
            <Note tone={state.code === 0 ? 'ok' : 'warn'}>
              <span data-testid="terminal-end" data-code={state.code}>
                {state.code === null ? t('terminal.ended') : t('terminal.ended-code', { code: state.code })}
              </span>
            </Note>
          )}
          {onAgain && (
            <Button size="compact-sm" variant="default" onClick={onAgain}>
              {t('terminal.again')}
            </Button>
          )}
        </div>
      )}
      {state.phase === 'opening' && <p className="quiet terminal-note">{t('terminal.opening')}</p>}
      {state.phase === 'open' && !state.takesInput && <p className="quiet terminal-note">{t('terminal.no-input')}</p>}
      <div ref={host} className="terminal-screen" />
    </div>
  );
}
