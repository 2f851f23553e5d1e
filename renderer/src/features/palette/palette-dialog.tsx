import { Modal, VisuallyHidden } from '@mantine/core';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionContext } from '../../../../shared/actions/registry.ts';
import type { ImageView } from '../../../../shared/contract/images.ts';
import type { VolumeRow } from '../../../../shared/contract/volumes.ts';
import { cellOfPair } from '../../lib/frame.ts';
import { useLiveRows } from '../../lib/use-live.ts';
import { useApp } from '../../lib/store.ts';
import type { Client } from '../../lib/client-context.tsx';
import { entriesOf, search, type Entry, type EntryDeed } from './entries.ts';
import { pairEntries } from './pairs.ts';
import { KeyCaps } from './key-caps.tsx';
import './palette.css';

interface PaletteProps {
  readonly context: ActionContext;
  readonly onChoose: (deed: EntryDeed) => void;
  readonly onClose: () => void;
}

const openImages = (client: Client, signal: AbortSignal): Promise<AsyncIterable<ImageView[]>> =>
  client.images.watch(undefined, { signal });
const openVolumes = (client: Client, signal: AbortSignal): Promise<AsyncIterable<VolumeRow[]>> =>
  client.volumes.watch(undefined, { signal });
const volumeName = ({ name }: VolumeRow): string => name;
const imageId = ({ id }: ImageView): string => id;

/** In the same moment as the key that opened it, and not a frame later: the next letter belongs here. */
const focusAtOnce = (field: HTMLInputElement | null): void => field?.focus();

/** A field over a list: what is typed chooses, arrows move, Enter does it. */
export function PaletteDialog({ context, onChoose, onClose }: PaletteProps): ReactElement {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  // By its id and not by its place: images and volumes come later than the rest, and what was chosen must stay it.
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const listId = useId();
  const endpoints = useApp(({ frame }) => frame?.endpoints ?? NONE);
  const networks = useApp(({ frame }) => frame?.networks ?? NONE);
  const { rows: images } = useLiveRows(openImages, imageId);
  const { rows: volumes } = useLiveRows(openVolumes, volumeName);
  const frame = useApp((state) => state.frame);
  const entries = useMemo(
    () => entriesOf(t, context, { endpoints, networks, images: images ?? NONE, volumes: volumes ?? NONE }),
    [t, context, endpoints, networks, images, volumes],
  );
  const shown = useMemo(() => {
    const pairs =
      frame && context.phase === 'connected'
        ? pairEntries(
            t,
            {
              endpoints,
              isDenied: (from, to) => (cellOfPair(frame, from, to)?.denial ?? 'none') !== 'none',
              canBlock: !context.limits.some(({ what }) => what === 'firewall'),
            },
            query,
          )
        : [];
    return [...pairs, ...search(entries, query)];
  }, [t, context, endpoints, entries, frame, query]);
  const current = placeOf(chosen, shown);
  const choose = (place: number): void => setChosen({ id: shown[place]?.id ?? '', place });

  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter ends what an input method composes.
    if (event.nativeEvent.isComposing) return;
    const to = moveTo(event.key, current, shown.length);
    if (to !== null) {
      event.preventDefault();
      choose(to);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const entry = shown[current];
      if (entry) onChoose(entry.deed);
    }
  };

  return (
    <Modal.Root opened onClose={onClose} size="lg" yOffset="12vh" centered={false} returnFocus={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('action.palette')} data-testid="palette">
        <Modal.Body className="palette">
          <input
            className="palette-field"
            ref={focusAtOnce}
            data-autofocus
            role="combobox"
            aria-expanded={shown.length > 0}
            aria-controls={listId}
            aria-activedescendant={shown.length > 0 ? `${listId}-${current}` : undefined}
            aria-autocomplete="list"
            aria-label={t('palette.label')}
            placeholder={t('palette.placeholder')}
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setChosen(null);
            }}
            onKeyDown={onKeyDown}
          />
          <VisuallyHidden role="status">{t('palette.found', { count: shown.length })}</VisuallyHidden>
          {shown.length === 0 ? (
            <p className="palette-nothing">{t('palette.nothing')}</p>
          ) : (
            <div id={listId} role="listbox" aria-label={t('palette.results')} className="palette-list">
              {shown.map((entry, index) => (
                <Line
                  key={entry.id}
                  id={`${listId}-${index}`}
                  entry={entry}
                  active={index === current}
                  onPoint={() => choose(index)}
                  onChoose={() => onChoose(entry.deed)}
                />
              ))}
            </div>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

const NONE: readonly never[] = [];

/** A line that was moved to, and where it was then. */
interface Chosen {
  readonly id: string;
  readonly place: number;
}

/** Where the chosen line is now; where it was, if it is gone; the first, if none was. */
function placeOf(chosen: Chosen | null, shown: readonly Entry[]): number {
  if (chosen === null) return Math.min(0, shown.length - 1);
  const now = shown.findIndex(({ id }) => id === chosen.id);
  return now >= 0 ? now : Math.min(chosen.place, shown.length - 1);
}

interface LineProps {
  readonly id: string;
  readonly entry: Entry;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

/** The keyboard stays in the field, which says which line it is at. */
function Line({ id, entry, active, onPoint, onChoose }: LineProps): ReactElement {
  const { t } = useTranslation();
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) line.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the keys
    <div
      ref={line}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      className="palette-line"
      data-entry={entry.id}
      onMouseMove={active ? undefined : onPoint}
      onClick={onChoose}
    >
      <span className="palette-text">{entry.text}</span>
      {entry.hint !== '' && <span className="palette-hint">{entry.hint}</span>}
      {entry.keys !== null && <KeyCaps keys={entry.keys} />}
      <span className="palette-group">{t(`palette.group.${entry.group}`)}</span>
    </div>
  );
}

/** How far a screen is. */
const PAGE = 8;

function moveTo(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at + count - 1) % count;
    case 'PageDown':
      return Math.min(at + PAGE, count - 1);
    case 'PageUp':
      return Math.max(at - PAGE, 0);
    default:
      return null;
  }
}
