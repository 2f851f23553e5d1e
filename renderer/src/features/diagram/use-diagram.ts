/** The diagram as the core has it now, limited and folded as the screen asks, in the page's words. */
import type { TFunction, i18n } from 'i18next';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiagramScopeInput, DiagramView } from '../../../../shared/contract/diagram.ts';
import type { DiagramWords } from '../../../../shared/diagram/cards.ts';
import { collapse, type Folded } from '../../../../shared/diagram/collapse.ts';
import { partText } from '../../../../shared/diagram/folded-edges.ts';
import type { Drawn } from '../../../../shared/diagram/layered.ts';
import type { DiagramEdge } from '../../../../shared/diagram/model.ts';
import { withLayers } from '../../../../shared/diagram/shown.ts';
import { VERDICTS, type Layer } from '../../../../shared/reachability/model.ts';
import type { Client } from '../../lib/client-context.tsx';
import type { Frame } from '../../lib/frame.ts';
import { useReading, type Reading } from '../../lib/use-live.ts';
import { stateName } from '../matrix/words.ts';

export interface DiagramChoice {
  readonly scope: DiagramScopeInput;
  readonly layers: ReadonlySet<Layer>;
  readonly folded: Folded;
}

export function useDiagramReading(frame: Frame, scope: DiagramScopeInput): Reading<DiagramView> {
  // A scope is made anew with every frame: it is asked for anew when it says something else.
  const asked = JSON.stringify(scope);
  const read = useCallback(
    (client: Client, signal: AbortSignal) => client.diagram.get(JSON.parse(asked) as DiagramScopeInput, { signal }),
    [asked],
  );
  return useReading(read, `${frame.revision}`);
}

/** Stays the same object while nothing of it changes: a layout is only made anew when it must be. */
export function useDrawn(frame: Frame, view: DiagramView | null, { layers, folded }: DiagramChoice): Drawn | null {
  const { t } = useTranslation();
  const text = useMemo(() => {
    if (!view) return null;
    const model = fromView(view);
    return JSON.stringify(localised(collapse(withLayers(model, layers), folded, passingIn(frame)), t));
  }, [frame, view, layers, folded, t]);
  return useMemo(() => (text === null ? null : (JSON.parse(text) as Drawn)), [text]);
}

/** Whether something passes from one endpoint to another, by id. */
function passingIn({ endpoints, indexById, verdicts }: Frame): (from: string, to: string) => boolean {
  return (from, to) => {
    const [row, column] = [indexById.get(from), indexById.get(to)];
    if (row === undefined || column === undefined) return false;
    const verdict = VERDICTS[verdicts[row * endpoints.length + column] ?? 3];
    return verdict === 'open' || verdict === 'partial';
  };
}

function fromView({ nodes, compartments, edges }: DiagramView): Drawn {
  return {
    nodes,
    compartments,
    edges: edges.map(({ cut, ...edge }): DiagramEdge => (cut === undefined ? edge : { ...edge, cut })),
  };
}

/** Words that are ours: what the engine named stays. */
function localised(diagram: Drawn, t: TFunction): Drawn {
  return {
    nodes: diagram.nodes,
    compartments: diagram.compartments.map((one) =>
      one.kind === 'network' ? one : { ...one, name: t(`diagram.compartment.${one.kind}`) },
    ),
    edges: diagram.edges.map((edge) => ({ ...edge, label: labelOf(edge, t) })),
  };
}

function labelOf({ kind, what, label, part }: DiagramEdge, t: TFunction): string {
  if (part) {
    return partText(part, {
      first: (one, n, of) => t(`diagram.part.${one}`, { n, of }),
      next: (one, n) => t(`diagram.part.and-${one}`, { n }),
      comma: t('diagram.part.comma'),
    });
  }
  const isOurs = kind === 'control' && (what === 'stack' || what === 'ipc' || what === 'pid') && label.startsWith('s');
  return isOurs ? t(`diagram.shared.${what}`) : label;
}

export function wordsOf(t: TFunction, translations: i18n): DiagramWords {
  return {
    files: t('diagram.files'),
    host: t('zone.host'),
    hostAbout: t('diagram.host-about'),
    lan: t('zone.lan'),
    lanAbout: t('diagram.lan-about'),
    internet: t('zone.internet'),
    endpoints: (count) => t('diagram.endpoints', { count }),
    tasks: (tasks) => t('diagram.tasks', { tasks }),
    state: (state) => stateName(translations, state),
    morePorts: (count) => t('diagram.more-ports', { count }),
    marks: {
      engine: t('diagram.mark.engine'),
      isolated: t('diagram.mark.isolated'),
      offline: t('diagram.mark.offline'),
    },
    internal: t('diagram.internal'),
    shut: t('diagram.shut'),
  };
}
