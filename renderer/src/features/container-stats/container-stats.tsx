import { Loader } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView, StatsSample } from '../../../../shared/contract/containers.ts';
import { useClient } from '../../lib/client-context.tsx';
import { follow } from '../../lib/streams.ts';
import { bytesWords } from '../../lib/words.ts';
import { Face } from '../../ui/face.tsx';
import { Chart, type ChartLine } from './chart.tsx';
import { ratesOf, secondsOf, withSamples, type Counter } from './stats-series.ts';
import 'uplot/dist/uPlot.min.css';
import './stats.css';

/** What a container uses, over the time that one looks on, and the two minutes before where somebody looked on then. */
export function ContainerStats(props: { readonly container: ContainerView }): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const { id, state } = props.container;
  const [samples, setSamples] = useState<readonly StatsSample[]>([]);
  useEffect(
    () =>
      follow({
        open: (signal) => client.containers.stats({ ids: [id] }, { signal }),
        onValue: (updates) =>
          setSamples((known) =>
            withSamples(
              known,
              updates.flatMap((update) => (update.id === id ? update.samples : [])),
            ),
          ),
        // That the engine or the core is away is said above all screens.
        onDown: () => undefined,
      }),
    [client, id],
  );
  const times = useMemo(() => secondsOf(samples), [samples]);
  const lines = useMemo(() => linesOf(samples), [samples]);
  const last = samples.at(-1);
  const isUp = state === 'running' || state === 'paused';
  if (!isUp) {
    return (
      <Face
        icon={<IconChartLine size={40} />}
        title={t('stats.not-running.title')}
        text={t('stats.not-running.text')}
      />
    );
  }
  if (!last)
    return <Face icon={<Loader size={32} />} title={t('stats.waiting.title')} text={t('stats.waiting.text')} />;
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: last.cpu < 10 ? 2 : 1 });
  const whole = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
  const bytes = (value: number): string => bytesWords(i18n.language, value);
  const perSecond = (value: number): string => t('stats.per-second', { size: bytes(value) });
  const percent = (value: number): string => `${number.format(value)} %`;
  const card = (
    what: 'cpu' | 'memory' | 'network' | 'blocks' | 'pids',
    drawn: readonly ChartLine[],
    words: (value: number) => string,
    figure: ReactNode,
    more: readonly string[],
  ): ReactElement => (
    <section className="stats-card" aria-label={t(`stats.${what}`)} data-testid={`stats-${what}`}>
      <header>
        <h3>{t(`stats.${what}`)}</h3>
        <strong>{figure}</strong>
        {more.map((text, at) => (
          <span key={text} className="quiet stats-more" data-line={drawn.length > 1 ? at : undefined}>
            {text}
          </span>
        ))}
      </header>
      <Chart times={times} lines={drawn} words={words} language={i18n.language} />
    </section>
  );
  const rate = (counter: Counter): number => lines[counter].values.at(-1) ?? 0;
  return (
    <div
      className="stats"
      role="region"
      aria-label={t('containers.tab.stats')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard
      tabIndex={0}
      data-testid="stats"
      data-samples={samples.length}
      data-cpu={last.cpu}
      data-memory={last.memory}
      data-pids={last.pids}
    >
      {card('cpu', [lines.cpu], percent, percent(last.cpu), [t('stats.cores')])}
      {card(
        'memory',
        [lines.memory],
        bytes,
        bytes(last.memory),
        last.memoryLimit > 0 ? [t('stats.limit', { size: bytes(last.memoryLimit) })] : [],
      )}
      {card(
        'network',
        [lines.received, lines.sent],
        perSecond,
        `↓ ${perSecond(rate('received'))} ↑ ${perSecond(rate('sent'))}`,
        [t('stats.received', { size: bytes(last.received) }), t('stats.sent', { size: bytes(last.sent) })],
      )}
      {card(
        'blocks',
        [lines.read, lines.written],
        perSecond,
        `↓ ${perSecond(rate('read'))} ↑ ${perSecond(rate('written'))}`,
        [t('stats.read', { size: bytes(last.read) }), t('stats.written', { size: bytes(last.written) })],
      )}
      {card('pids', [lines.pids], (value) => whole.format(value), whole.format(last.pids), [])}
    </div>
  );
}

function linesOf(samples: readonly StatsSample[]): Readonly<Record<'cpu' | 'memory' | 'pids' | Counter, ChartLine>> {
  const plain = (label: 'memory' | 'pids'): ChartLine => ({ label, values: samples.map((one) => one[label]) });
  const rate = (label: Counter): ChartLine => ({ label, values: ratesOf(samples, label) });
  return {
    // The first look has nothing before it, and says nought.
    cpu: { label: 'cpu', values: samples.map(({ cpu }, at) => (at === 0 && cpu === 0 ? null : cpu)) },
    memory: plain('memory'),
    pids: plain('pids'),
    received: rate('received'),
    sent: rate('sent'),
    read: rate('read'),
    written: rate('written'),
  };
}
