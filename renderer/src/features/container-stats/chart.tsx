import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import UPlot from 'uplot';

export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

const HEIGHT = 150;
/** In turn: what the lines mean is told by the figures beside, which have the same marks. */
const COLORS = ['--bh-accent', '--bh-warn'] as const;

/** Values over time.  The figures beside it say the last of them in words, so it is drawn for the eye alone. */
export function Chart(props: {
  /** Seconds since 1970, one per value. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly words: (value: number) => string;
  /** In the user's language. */
  readonly language: string;
}): ReactElement {
  const { times, lines, words, language } = props;
  const scheme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const count = lines.length;
  const latest = useRef(words);
  useEffect(() => {
    latest.current = words;
  }, [words]);

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => style.getPropertyValue(name).trim();
    const clock = new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    const axis = {
      stroke: color('--bh-quiet'),
      grid: { stroke: color('--bh-line'), width: 1 },
      ticks: { show: false },
      font: `11px ${color('--mantine-font-family')}`,
    };
    const made = new UPlot(
      {
        width: Math.max(element.clientWidth, 100),
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.15 : 10] } },
        axes: [
          { ...axis, size: 28, space: 90, values: (_plot, splits) => splits.map((at) => clock.format(at * 1000)) },
          { ...axis, size: 78, values: (_plot, splits) => splits.map((value) => latest.current(value)) },
        ],
        series: [
          {},
          ...Array.from({ length: count }, (_, at) => ({
            stroke: color(COLORS[at] ?? COLORS[0]),
            width: 1.6,
            points: { show: false },
            ...(at === 0 ? {} : { dash: [5, 3] }),
          })),
        ],
      },
      [[], ...Array.from({ length: count }, () => [])],
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: Math.max(element.clientWidth, 100), height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, count, language]);
  useEffect(() => {
    plot.current?.setData([[...times], ...lines.map(({ values }) => [...values])]);
  }, [times, lines, scheme, language]);
  return <div ref={host} className="stats-chart" aria-hidden />;
}
