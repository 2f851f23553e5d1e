import { Button, Loader } from '@mantine/core';
import { IconFilterOff, IconMoodEmpty } from '@tabler/icons-react';
import { useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownInput } from '../../../../shared/contract/diagram.ts';
import { isZoneKind, type DiagramNode } from '../../../../shared/diagram/model.ts';
import { LAYERS } from '../../../../shared/diagram/shown.ts';
import { nodeTitle } from '../../../../shared/diagram/paint.ts';
import type { Folded } from '../../../../shared/diagram/collapse.ts';
import type { Layer } from '../../../../shared/reachability/model.ts';
import type { Frame } from '../../lib/frame.ts';
import { useApp, useAppStore, type DiagramLook } from '../../lib/store.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { ExplainPanel } from '../explain/explain-panel.tsx';
import { usePairCommand, type PairCommand } from '../explain/use-pair-command.ts';
import { shownScope } from '../export/scopes.ts';
import { findAgain, isZone, pairRef } from '../matrix/view.ts';
import type { DiagramController, DiagramMarks } from './diagram-controller.ts';
import { DiagramLegend } from './diagram-legend.tsx';
import { DiagramStage, type DiagramKey } from './diagram-stage.tsx';
import { DiagramToolbar } from './diagram-toolbar.tsx';
import { NodeStrip } from './node-strip.tsx';
import type { DiagramHit } from './scene.ts';
import { useDiagramReading, useDrawn, wordsOf } from './use-diagram.ts';
import { useLayout } from './use-layout.ts';
import { NO_PATH } from './focus-reach.ts';
import { useReach } from './use-reach.ts';

const ALL_LAYERS: ReadonlySet<Layer> = new Set(LAYERS);

/** The same engine as a picture: networks as compartments, with the explain panel of the matrix beside it. */
export function DiagramScreen(props: { readonly frame: Frame; readonly stale: boolean }): ReactElement {
  const { frame } = props;
  const { t, i18n } = useTranslation();
  const store = useAppStore();
  const network = useApp((state) => state.network);
  const query = useApp((state) => state.query);
  const selection = useApp((state) => state.selection);
  const look = useApp((state) => state.diagram);
  const { layout, layers, folded, focus } = look;
  const change = (to: Partial<DiagramLook>): void => store.setState({ diagram: { ...look, ...to } });
  const [active, setActive] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const main = useRef<HTMLDivElement>(null);
  const controller = useRef<DiagramController | null>(null);

  const scope = useMemo(() => shownScope(frame, { network, query }) ?? {}, [frame, network, query]);
  const reading = useDiagramReading(frame, scope);
  const drawn = useDrawn(frame, reading.value, { scope, layers, folded });
  // `t` keeps its identity per language.
  const words = useMemo(() => wordsOf(t, i18n), [t, i18n]);
  const choice = JSON.stringify([scope, [...layers], [...folded.projects], [...folded.networks], i18n.language]);
  const placed = useLayout(drawn, words, layout, choice);
  const nodes = useMemo(() => new Map((drawn?.nodes ?? []).map((node) => [node.key, node])), [drawn]);
  const reach = useReach(frame, reading.value, { focus, folded });
  const route = useMemo(() => (reach && active !== null ? reach.pathTo(active) : NO_PATH), [reach, active]);

  const marks = useMemo((): DiagramMarks => {
    const keyOf = (id: string): string => drawn?.nodes.find((node) => node.id === id)?.key ?? '';
    return {
      active,
      from,
      lit: reach ? new Set(reach.hops.keys()) : null,
      hops: reach?.hops ?? new Map<string, number>(),
      path: route.keys,
      selected: selection ? [keyOf(selection.fromId), keyOf(selection.toId)] : null,
    };
  }, [active, from, reach, route, selection, drawn]);

  const nameOf = (key: string | null): string => {
    const node = key === null ? undefined : nodes.get(key);
    if (!node) return '';
    return isZoneKind(node.kind) ? t(`zone.${node.kind}`) : node.name;
  };
  const spokenName = (endpoint: Frame['endpoints'][number]): string =>
    isZone(endpoint) ? t(`zone.${endpoint.kind}`) : endpoint.name;
  const openPair = (one: string, other: string): void => {
    const [a, b] = [endpointAt(frame, nodes.get(one)), endpointAt(frame, nodes.get(other))];
    if (!a || !b || a === b) return;
    const pair = pairRef(a, b);
    store.setState({ cursor: pair, selection: pair });
    setFrom(null);
  };
  const choose = (key: string): void => {
    if (from !== null && from !== key) openPair(from, key);
    setActive(key);
  };
  /** Follows its reach, or unfolds what is folded into it. */
  const open = ({ key, kind }: DiagramNode): void => {
    const name = key.slice(key.indexOf(':') + 1);
    if (endpointAt(frame, nodes.get(key))) change({ focus: focus === key ? null : key });
    else if (kind === 'project') change({ folded: { ...folded, projects: without(folded.projects, name) } });
    else if (kind === 'network') change({ folded: { ...folded, networks: without(folded.networks, name) } });
  };
  const onHit = (hit: DiagramHit, event: { readonly shift: boolean; readonly double: boolean }): void => {
    if (hit.kind === 'none') {
      if (!event.double) setActive(null);
    } else if (hit.kind === 'edge') {
      openPair(hit.placed.edge.from, hit.placed.edge.to);
    } else {
      const { key } = hit.placed.node;
      if (event.double) open(hit.placed.node);
      else if (event.shift && active !== null && active !== key) openPair(active, key);
      else choose(key);
    }
  };
  const isEndpoint = active !== null && endpointAt(frame, nodes.get(active)) !== undefined;
  const act = usePairCommand(frame, props.stale);
  /** Of the pair that is being chosen, else of the one that is explained; of a single endpoint it is asked where to. */
  const command = (kind: PairCommand): void => {
    const [one, other] = [from, active].map((key) => endpointAt(frame, nodes.get(key ?? '')));
    if (one && other && one !== other) {
      setFrom(null);
      act(kind, one, other);
    } else if (from === null && selection) {
      const source = frame.endpoints[findAgain(frame, selection.fromId, selection.fromName)];
      const target = frame.endpoints[findAgain(frame, selection.toId, selection.toName)];
      if (source && target) act(kind, source, target);
    } else if (from === null && isEndpoint) setFrom(active);
  };
  const onKey = (key: DiagramKey): void => {
    if (key === 'search') search.current?.focus();
    else if (key === 'block' || key === 'allow' || key === 'verify') command(key);
    else if (key === 'focus') change({ focus: focus === null && isEndpoint ? active : null });
    else if (key === 'enter') {
      if (!isEndpoint || active === null) return;
      if (from === null) setFrom(active);
      else if (from === active) setFrom(null);
      else openPair(from, active);
    } else if (from !== null) setFrom(null);
    else if (selection) store.setState({ selection: null });
    else if (focus !== null) change({ focus: null });
    else setActive(null);
  };
  const focusStage = (): void => main.current?.querySelector<HTMLElement>('[role="application"]')?.focus();
  const activeNode = active === null ? undefined : nodes.get(active);
  const spoken = activeNode
    ? [
        nodeTitle(activeNode),
        ...(reach?.hops.has(activeNode.key) ? [t('diagram.hops', { count: reach.hops.get(activeNode.key) ?? 0 })] : []),
        ...(from === null ? [] : [t('diagram.asking-from', { name: nameOf(from) })]),
      ].join('. ')
    : '';
  const projects = [...new Set(frame.endpoints.map(({ project }) => project))].filter((name) => name !== '').toSorted();
  const omitted = layers.has('network') ? (reading.value?.omitted ?? 0) : 0;
  const note = omitted === 0 ? '' : t('diagram.omitted', { count: omitted });
  const isEmpty = drawn?.nodes.length === 0;

  return (
    <div className="matrix-screen">
      <DiagramToolbar
        searchRef={search}
        networks={[...new Set(frame.endpoints.flatMap((one) => one.networks))].toSorted((a, b) => a.localeCompare(b))}
        projects={projects}
        compartments={(reading.value?.compartments ?? []).filter(({ kind }) => kind === 'network')}
        layout={layout}
        layers={layers}
        folded={folded}
        pinned={placed.pinned}
        shown={shownInput({ layers, folded, focus: reach?.focus.id ?? null })}
        onLayout={(next) => {
          change({ layout: next });
          controller.current?.fit();
        }}
        onLayers={(next) => change({ layers: next })}
        onFolded={(next) => change({ folded: next })}
        onUnpin={placed.unpin}
        onFit={() => controller.current?.fit()}
        onZoom={(factor) => controller.current?.zoom(factor)}
        onSearchEnd={focusStage}
      />
      <div className="matrix-body">
        <div className="matrix-main" ref={main}>
          {reading.error && !reading.value ? (
            <ErrorCard error={reading.error} />
          ) : placed.failed !== '' ? (
            <Face icon={<IconMoodEmpty size={40} />} title={t('diagram.failed')} text={placed.failed} />
          ) : isEmpty ? (
            <Face icon={<IconFilterOff size={40} />} title={t('matrix.nothing.title')} text={t('matrix.nothing.text')}>
              <Button variant="default" onClick={() => store.setState({ query: '', network: '' })}>
                {t('matrix.nothing.clear')}
              </Button>
            </Face>
          ) : placed.geometry ? (
            <DiagramStage
              geometry={placed.geometry}
              marks={marks}
              stale={props.stale}
              spoken={spoken}
              note={note}
              controllerRef={controller}
              onActive={setActive}
              onHit={onHit}
              onKey={onKey}
              onDrag={placed.drag}
            />
          ) : (
            <Face icon={<Loader size={36} />} title={t('diagram.laying-out')} text="" />
          )}
          {(active !== null || reach) && (
            <NodeStrip
              name={nameOf(active)}
              isEndpoint={isEndpoint || reach !== null}
              focusName={reach ? spokenName(reach.focus) : ''}
              reach={reach}
              path={route.steps.map(spokenName)}
              byControl={route.byControl}
              isAsking={from !== null}
              onFocus={() => change({ focus: reach ? null : active })}
              onAsk={() => setFrom(from === null ? (active ?? focus) : null)}
              onClose={() => {
                setActive(null);
                change({ focus: null });
                setFrom(null);
                focusStage();
              }}
            />
          )}
          <DiagramLegend note={note} />
        </div>
        {selection && (
          <ExplainPanel
            key={`${selection.fromId} ${selection.toId}`}
            frame={frame}
            pair={selection}
            stale={props.stale}
            onRelease={focusStage}
            onClose={() => {
              store.setState({ selection: null });
              focusStage();
            }}
          />
        )}
      </div>
    </div>
  );
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((one) => one !== name));
}

/** Only what leaves something out, or adds to it, is said. */
function shownInput(state: {
  readonly layers: ReadonlySet<Layer>;
  readonly folded: Folded;
  readonly focus: string | null;
}): ShownInput {
  const { layers, folded, focus } = state;
  return {
    ...(layers.size === ALL_LAYERS.size ? {} : { layers: [...layers] }),
    ...(folded.projects.size + folded.networks.size === 0
      ? {}
      : { folded: { projects: [...folded.projects], networks: [...folded.networks] } }),
    ...(focus === null ? {} : { focus }),
  };
}

function endpointAt(frame: Frame, node: DiagramNode | undefined): Frame['endpoints'][number] | undefined {
  return node ? frame.endpoints[frame.indexById.get(node.id) ?? -1] : undefined;
}
