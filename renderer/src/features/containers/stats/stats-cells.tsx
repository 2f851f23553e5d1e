import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../../shared/contract/containers.ts';
import { bytesWords } from '../../../lib/words.ts';
import { Sparkline } from './sparkline.tsx';
import { useSamples } from './use-stats.tsx';

/** A quarter of a core fills the line, unless there was more. */
const CPU_FULL = 25;

export function CpuCell({ container }: { readonly container: ContainerView }): ReactElement {
  const { i18n } = useTranslation();
  const samples = useSamples(container.id);
  const last = samples.at(-1);
  if (container.state !== 'running' || !last) return <>–</>;
  const format = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: last.cpu < 10 ? 1 : 0 });
  return (
    <span className="stats-cell">
      <Sparkline values={samples.map(({ cpu }) => cpu)} most={CPU_FULL} />
      <span>{format.format(last.cpu)} %</span>
    </span>
  );
}

export function MemoryCell({ container }: { readonly container: ContainerView }): ReactElement {
  const { i18n } = useTranslation();
  const samples = useSamples(container.id);
  const last = samples.at(-1);
  if (container.state !== 'running' || !last) return <>–</>;
  const words = bytesWords(i18n.language, last.memory);
  const limit = last.memoryLimit > 0 ? `${words} / ${bytesWords(i18n.language, last.memoryLimit)}` : words;
  return (
    <span className="stats-cell" title={limit}>
      <Sparkline values={samples.map(({ memory }) => memory)} most={1} />
      <span>{words}</span>
    </span>
  );
}
