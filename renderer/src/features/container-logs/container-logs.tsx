import { Button, Loader } from '@mantine/core';
import { IconArrowDown, IconFileText } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import { useClient } from '../../lib/client-context.tsx';
import { saveBlob } from '../../lib/save-blob.ts';
import { isStale, useApp } from '../../lib/store.ts';
import { useReport } from '../../lib/use-report.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { Note } from '../../ui/note.tsx';
import { MOST_LINES } from './log-buffer.ts';
import { loadChoices, sinceTime, storeChoices, type LogChoices } from './log-choices.ts';
import { LogLines } from './log-lines.tsx';
import { patternOf } from './log-pattern.ts';
import { chosenSources, type LogSource } from './log-sources.ts';
import { createLogReader, type LogReader } from './log-reader.ts';
import { textOfShown } from './log-text.ts';
import { LogsToolbar } from './logs-toolbar.tsx';
import './logs.css';

/** What several have written and write, interleaved by time. @param name what they are together */
export function InterleavedLogs(props: {
  readonly name: string;
  readonly sources: readonly LogSource[];
}): ReactElement {
  const { choices, change } = useChoices();
  const { sources, name } = props;
  return (
    <Sources
      sources={chosenSources(sources)}
      total={sources.length}
      fileName={name}
      project=""
      choices={choices}
      onChange={change}
    />
  );
}

function useChoices() {
  const [choices, setChoices] = useState(loadChoices);
  const change = useCallback(
    (change: Partial<LogChoices>): void =>
      setChoices((before) => {
        const next = { ...before, ...change };
        storeChoices(next);
        return next;
      }),
    [],
  );
  return { choices, change };
}

/** What a container has written and writes; on demand with all others of its project. */
export function ContainerLogs(props: { readonly container: ContainerView }): ReactElement {
  const { container } = props;
  const containers = useApp((state) => state.containers);
  const siblings = useMemo(
    () => (container.project === '' ? [] : (containers ?? []).filter(({ project }) => project === container.project)),
    [containers, container.project],
  );
  const { choices, change } = useChoices();
  const all = choices.wholeProject && siblings.length > 1 ? siblings : [container];
  const sources = chosenSources(all);
  return (
    <Sources
      sources={sources}
      total={all.length}
      fileName={sources.length > 1 ? container.project : container.name}
      project={siblings.length > 1 ? container.project : ''}
      choices={choices}
      onChange={change}
    />
  );
}

function Sources(props: {
  readonly sources: readonly LogSource[];
  /** How many were to be read; more than `sources` where not all are. */
  readonly total: number;
  readonly fileName: string;
  readonly project: string;
  readonly choices: LogChoices;
  readonly onChange: (change: Partial<LogChoices>) => void;
}): ReactElement {
  const stale = useApp(isStale);
  const { sources, choices } = props;
  // By id: a container of the same name that was made anew has a log of its own.
  const ids = sources.map(({ id }) => id).join(' ');
  const starts = sources.map(({ startedAt }) => startedAt).join(' ');
  const { since } = choices;
  const reader = useMemo(
    () =>
      createLogReader({
        containers: ids.split(' '),
        tail: MOST_LINES,
        since: sinceTime(since, Date.now()),
      }),
    [ids, since],
  );
  return <Reading {...props} reader={reader} round={`${starts} ${String(stale)}`} />;
}

function Reading(props: {
  readonly reader: LogReader;
  /** It is read on whenever this changes. */
  readonly round: string;
  readonly sources: readonly LogSource[];
  /** How many were to be read; more than `sources` where not all are. */
  readonly total: number;
  readonly fileName: string;
  /** Whose others can be read too; `''`: there are none. */
  readonly project: string;
  readonly choices: LogChoices;
  readonly onChange: (change: Partial<LogChoices>) => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { reader, round, sources, total, fileName, project, choices, onChange } = props;
  const { buffer } = reader;
  const { search, isRegex, levels, onlyMatching, times, wrap } = choices;
  const version = useSyncExternalStore(reader.subscribe, reader.version);
  const [atEnd, setAtEnd] = useState(true);
  const [current, setCurrent] = useState<number | null>(null);

  useEffect(() => reader.follow(client), [reader, client, round]);
  const wanted = useMemo(() => patternOf(search, isRegex), [search, isRegex]);
  const pattern = typeof wanted === 'string' ? null : wanted;
  useEffect(() => {
    setCurrent(null);
    reader.setFilter({ levels: levels.length === 0 ? null : new Set(levels), pattern, onlyMatching });
  }, [reader, pattern, levels, onlyMatching]);

  const names = useMemo(() => (sources.length > 1 ? sources.map(({ name }) => name) : null), [sources]);
  const look = useMemo(() => ({ times, wrap, names, pattern }), [times, wrap, names, pattern]);
  const { matches } = buffer;
  const step = (by: 1 | -1): void => {
    if (matches.length === 0) return;
    // The last one first: what is new is what is looked for.
    const at = current === null ? (by === 1 ? -1 : 0) : matches.indexOf(current);
    setAtEnd(false);
    setCurrent(matches.at((at + by) % matches.length) ?? null);
  };
  const text = (): string => textOfShown(buffer, { times, names });
  // The toolbar is not drawn again with every line: what it calls stays the same.
  const now = {
    step,
    copy: () => navigator.clipboard.writeText(text()).catch((thrown: unknown) => report(t('logs.copy'), thrown)),
    save: () => saveBlob(`${fileName}.log`, new Blob([text()], { type: 'text/plain' })),
  };
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });
  const actions = useMemo(
    () => ({
      step: (by: 1 | -1) => latest.current.step(by),
      copy: () => void latest.current.copy(),
      save: () => latest.current.save(),
    }),
    [],
  );
  const states = reader.states();
  const error = reader.error() ?? states.find(({ state }) => state === 'failed')?.error ?? null;
  const number = new Intl.NumberFormat(i18n.language);
  const isReading = states.some(({ state }) => state === 'reading') && !error;
  const kept = buffer.next - buffer.first;
  const standing = error ? 'failed' : overall(states);

  return (
    <div className="logs" data-testid="logs" data-shown={buffer.shown.length} data-dropped={reader.dropped()}>
      <LogsToolbar
        choices={choices}
        onChange={onChange}
        wrong={typeof wanted === 'string' ? wanted : ''}
        matches={pattern ? matches.length : null}
        at={current === null ? 0 : matches.indexOf(current) + 1}
        onStep={actions.step}
        project={project}
        onCopy={actions.copy}
        onSave={actions.save}
        onClear={reader.clear}
      />
      {error && <ErrorCard error={error} />}
      {!error && states.some(({ state }) => state === 'gone') && <Note tone="warn">{t('logs.gone')}</Note>}
      {total > sources.length && (
        <Note tone="warn">
          <span data-testid="logs-few">
            {t('logs.few', { read: number.format(sources.length), total: number.format(total) })}
          </span>
        </Note>
      )}
      <div className="logs-stage">
        {kept === 0 && !isReading && !error ? (
          <Face icon={<IconFileText size={40} />} title={t('logs.empty.title')} text={t('logs.empty.text')} />
        ) : (
          <LogLines buffer={buffer} version={version} look={look} atEnd={atEnd} onAtEnd={setAtEnd} current={current} />
        )}
        {!atEnd && (
          <Button
            className="logs-to-end"
            size="compact-sm"
            leftSection={<IconArrowDown size={15} aria-hidden />}
            data-testid="log-end"
            onClick={() => setAtEnd(true)}
          >
            {t('logs.to-end')}
          </Button>
        )}
      </div>
      <p className="logs-status quiet" role="status" data-testid="log-status" data-state={standing}>
        {isReading ? <Loader size={12} aria-hidden /> : <span className="logs-dot" data-state={standing} aria-hidden />}
        <span>{t(`logs.state.${standing}`)}</span>
        <span>
          {buffer.shown.length === kept
            ? t('logs.count', { count: kept, lines: number.format(kept) })
            : t('logs.count-of', { shown: number.format(buffer.shown.length), lines: number.format(kept) })}
        </span>
        {buffer.first > 0 && <span>{t('logs.bounded', { lines: number.format(MOST_LINES) })}</span>}
        {reader.dropped() > 0 && (
          <span className="logs-dropped">{t('logs.dropped', { lines: number.format(reader.dropped()) })}</span>
        )}
      </p>
    </div>
  );
}

/** Of several: as long as one is read or followed, that. */
function overall(states: ReturnType<LogReader['states']>): 'reading' | 'following' | 'ended' | 'gone' | 'failed' {
  const all = states.map(({ state }) => state);
  return (['reading', 'following', 'ended', 'gone'] as const).find((one) => all.includes(one)) ?? 'failed';
}
