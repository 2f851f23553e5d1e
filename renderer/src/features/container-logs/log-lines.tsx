import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useLayoutEffect, useRef, type ReactElement, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { BufferedLine, LogBuffer } from './log-buffer.ts';
import { partsOf } from './line-parts.ts';
import { clockTime } from './log-text.ts';

/** Height of a line that is not wrapped (CSS pixels), as in `logs.css`. */
const LINE_HEIGHT = 20;
/** So near to the end counts as there. */
const AT_END = 6;
/** So many colours there are for names. */
const NAME_COLORS = 8;

export interface LineLook {
  readonly times: boolean;
  readonly wrap: boolean;
  /** By source; null: they are all of one container. */
  readonly names: readonly string[] | null;
  readonly pattern: RegExp | null;
}

/** The lines themselves: only those in sight are there. */
export function LogLines(props: {
  readonly buffer: LogBuffer;
  /** Changes with the buffer. */
  readonly version: number;
  readonly look: LineLook;
  /** Whether it stays at the end as lines come. */
  readonly atEnd: boolean;
  readonly onAtEnd: (atEnd: boolean) => void;
  /** Number of the line to bring into sight. */
  readonly current: number | null;
}): ReactElement {
  const { t } = useTranslation();
  const { buffer, version, look, atEnd, onAtEnd, current } = props;
  const { wrap } = look;
  const { shown, forgotten } = buffer;
  const scroller = useRef<HTMLDivElement>(null);
  const numberAt = useCallback((index: number) => shown[index] ?? index, [shown]);
  const indexAt = useCallback((index: number) => index, []);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    // Lines of one height need no memory of their heights.
    getItemKey: wrap ? numberAt : indexAt,
    // At the end every line that comes moves all of them: few beyond what is seen.
    overscan: atEnd ? 2 : 12,
  });

  const before = useRef(forgotten);
  useLayoutEffect(() => {
    const gone = forgotten - before.current;
    before.current = forgotten;
    const element = scroller.current;
    if (!element) return;
    if (atEnd) element.scrollTop = element.scrollHeight;
    // Lines that are no longer kept went from above: what is read stays where it is.
    else if (gone > 0 && !wrap) element.scrollTop -= gone * LINE_HEIGHT;
  }, [version, atEnd, wrap, forgotten]);
  useEffect(() => {
    if (current === null) return;
    const index = shown.indexOf(current);
    if (index !== -1) virtual.scrollToIndex(index, { align: 'center' });
    // Only when it becomes another: new lines must not pull the view back.
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [current]);

  const items = virtual.getVirtualItems();
  return (
    <div
      ref={scroller}
      className="log-lines"
      data-wrap={wrap}
      data-testid="log-lines"
      role="log"
      aria-live="off"
      aria-label={t('logs.lines')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        const isAtEnd = scrollTop + clientHeight >= scrollHeight - AT_END;
        if (isAtEnd !== atEnd) onAtEnd(isAtEnd);
      }}
    >
      <div className="log-all" style={{ height: virtual.getTotalSize() }}>
        <div className="log-seen" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
          {items.map(({ index }) => {
            const number = shown[index] ?? 0;
            const line = buffer.at(number);
            return (
              line && (
                <LogRow
                  key={number}
                  ref={wrap ? virtual.measureElement : undefined}
                  index={index}
                  line={line}
                  look={look}
                  isCurrent={number === current}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

const LogRow = memo(function LogRow(props: {
  readonly ref: Ref<HTMLDivElement> | undefined;
  readonly index: number;
  readonly line: BufferedLine;
  readonly look: LineLook;
  readonly isCurrent: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { line, index, isCurrent, look } = props;
  const { times, names, pattern } = look;
  return (
    <div
      ref={props.ref}
      data-index={index}
      className="log-line"
      data-level={line.level}
      data-stream={line.stream}
      data-current={isCurrent}
    >
      {times && (
        <time className="log-time" dateTime={line.time} title={line.time}>
          {clockTime(line.time)}
        </time>
      )}
      {names && (
        <span className="log-name" data-color={line.source % NAME_COLORS} title={names[line.source]}>
          {names[line.source]}
        </span>
      )}
      <span className="log-text">
        {partsOf(line.text, pattern).map(({ text, classes, color, background, isMatch }, at) => {
          const style = { ...(color ? { color } : {}), ...(background ? { backgroundColor: background } : {}) };
          return isMatch ? (
            <mark key={at}>{text}</mark>
          ) : (
            <span key={at} className={classes || undefined} style={color || background ? style : undefined}>
              {text}
            </span>
          );
        })}
        {line.isCut && <span className="log-cut">{t('logs.cut')}</span>}
      </span>
    </div>
  );
});
