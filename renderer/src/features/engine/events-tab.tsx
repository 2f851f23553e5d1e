import { Button, NativeSelect } from '@mantine/core';
import { IconBolt, IconCopy, IconEraser, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineEvent, EventsNews } from '../../../../shared/contract/engine.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { follow } from '../../lib/streams.ts';
import { useReport } from '../../lib/use-report.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { MOST_EVENTS, namesOf, shownOf, textOfEvents, withEvents } from './event-buffer.ts';

/** Everything that happens on the engine, as it happens. */
export function EventsTab(): ReactElement {
  const { t, i18n } = useTranslation();
  const report = useReport();
  const { events, away, clear } = useEvents();
  const [type, setType] = useState('');
  const [action, setAction] = useState('');
  /** What was there when it was held. */
  const [held, setHeld] = useState<readonly EngineEvent[] | null>(null);
  const columns = useColumns();
  const all = held ?? events;
  const shown = useMemo(() => shownOf(all, { type, action }), [all, type, action]);
  const types = useMemo(() => namesOf(all, (one) => one.type), [all]);
  const actions = useMemo(() => namesOf(shownOf(all, { type, action: '' }), (one) => one.action), [all, type]);
  const missed = held ? (events[0]?.seq ?? 0) - (held[0]?.seq ?? 0) : 0;
  const number = new Intl.NumberFormat(i18n.language);
  const choices = (names: readonly string[], chosen: string, labelOf = (name: string): string => name) => [
    { value: '', label: t('engines.events.all') },
    ...names.map((value) => ({ value, label: labelOf(value) })),
    // What was chosen stays chosen when the last of its kind has gone.
    ...(chosen === '' || names.includes(chosen) ? [] : [{ value: chosen, label: labelOf(chosen) }]),
  ];
  return (
    <div className="engine-events" data-testid="engine-events" data-held={held !== null}>
      {away && (
        <div className="engine-away">
          <ErrorCard error={away}>
            <p>{t('engines.events.away')}</p>
          </ErrorCard>
        </div>
      )}
      <DataTable
        id="events"
        label={t('engines.tab.events')}
        searchLabel={t('engines.events.search')}
        rows={shown}
        rowId={idOf}
        rowName={nameOf}
        rowData={dataOf}
        columns={columns}
        actions={[]}
        stale={false}
        toolbar={
          <>
            <NativeSelect
              size="xs"
              aria-label={t('engines.events.type')}
              data-testid="events-type"
              value={type}
              data={choices(types, type, (name) => typeName(t, name))}
              onChange={(change) => setType(change.currentTarget.value)}
            />
            <NativeSelect
              size="xs"
              aria-label={t('engines.events.action')}
              data-testid="events-action"
              value={action}
              data={choices(actions, action)}
              onChange={(change) => setAction(change.currentTarget.value)}
            />
            <Button
              size="xs"
              variant="default"
              leftSection={held ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
              data-testid="events-pause"
              onClick={() => setHeld(held ? null : events)}
            >
              {held ? t('engines.events.go-on', { count: missed }) : t('engines.events.pause')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconCopy size={15} />}
              data-testid="events-copy"
              onClick={() => {
                navigator.clipboard
                  .writeText(textOfEvents(shown))
                  .catch((thrown: unknown) => report(t('engines.events.copy'), thrown));
              }}
            >
              {t('engines.events.copy')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconEraser size={15} />}
              onClick={() => {
                setHeld(null);
                clear();
              }}
            >
              {t('engines.events.clear')}
            </Button>
          </>
        }
        empty={
          <Face icon={<IconBolt size={40} />} title={t('engines.events.empty')} text={t('engines.events.empty-text')} />
        }
      />
      <p className="quiet engine-status" role="status" data-testid="events-status">
        {t('engines.events.count', { count: shown.length, shown: number.format(shown.length) })}{' '}
        {t('engines.events.bounded', { most: number.format(MOST_EVENTS) })}
      </p>
    </div>
  );
}

function useEvents() {
  const client = useClient();
  const [events, setEvents] = useState<readonly EngineEvent[]>([]);
  const [away, setAway] = useState<ErrorShape | null>(null);
  useEffect(
    () =>
      follow<EventsNews>({
        open: async (signal) => {
          const news = await client.engine.events(undefined, { signal });
          // A stream of its own begins with what the engine remembers.
          setEvents([]);
          return news;
        },
        onValue: (news) => {
          if (news.kind === 'away') setAway(news.error);
          else setAway(null);
          if (news.kind === 'events') setEvents((before) => withEvents(before, news.events));
        },
        onDown: setAway,
      }),
    [client],
  );
  return { events, away, clear: () => setEvents([]) };
}

function useColumns(): readonly TableColumn<EngineEvent>[] {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium' });
    const whole = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' });
    return [
      {
        id: 'time',
        title: t('engines.events.time'),
        value: ({ seq }) => seq,
        words: () => '',
        cell: ({ at }) => (
          <time dateTime={new Date(at).toISOString()} title={whole.format(at)}>
            {time.format(at)}
          </time>
        ),
        width: '110px',
        minWidth: 110,
        fixed: true,
      },
      {
        id: 'type',
        title: t('engines.events.type'),
        value: ({ type }) => type,
        words: ({ type }) => `${type} ${typeName(t, type)}`,
        cell: ({ type }) => typeName(t, type),
        width: '110px',
        minWidth: 90,
      },
      {
        id: 'action',
        title: t('engines.events.action'),
        value: ({ action }) => action,
        words: ({ action, detail }) => `${action} ${detail}`,
        cell: ({ action, detail }) => (
          <span title={detail}>
            <code>{action}</code> <span className="quiet">{detail}</span>
          </span>
        ),
        width: 'minmax(130px, 1fr)',
        minWidth: 130,
      },
      {
        id: 'name',
        title: t('engines.events.name'),
        value: ({ name, id }) => name || id,
        words: ({ name, id }) => `${name} ${id}`,
        cell: (event) => <Subject event={event} />,
        width: 'minmax(140px, 1.2fr)',
        minWidth: 140,
      },
      {
        id: 'details',
        title: t('engines.events.details'),
        value: detailsOf,
        cell: (event) => (
          <span className="quiet" title={detailsOf(event)}>
            {detailsOf(event)}
          </span>
        ),
        width: 'minmax(200px, 2fr)',
        minWidth: 160,
        unsorted: true,
      },
    ];
  }, [t, i18n.language]);
}

const TYPES = [
  'container',
  'image',
  'network',
  'volume',
  'builder',
  'daemon',
  'plugin',
  'service',
  'node',
  'secret',
  'config',
] as const;

/** What an event is about: the engine's word where it is one that is not known here. */
function typeName(t: TFunction, type: string): string {
  const known = TYPES.find((one) => one === type);
  return known ? t(`engines.events.types.${known}`) : type;
}

const SCREENS = { container: 'containers', image: 'images', volume: 'volumes', network: 'networks' } as const;

/** Leads there, where there is such a screen. */
function Subject({ event: { type, name, id } }: { readonly event: EngineEvent }): ReactElement {
  const tabIndex = useRowTabIndex();
  const text = name || id.replace('sha256:', '').slice(0, 12);
  if (!Object.hasOwn(SCREENS, type) || text === '') return <span>{text}</span>;
  return (
    <a href={hashOf(SCREENS[type as keyof typeof SCREENS], name || id)} title={id} tabIndex={tabIndex}>
      {text}
    </a>
  );
}

const idOf = ({ seq }: EngineEvent): string => String(seq);
const nameOf = ({ type, action, name }: EngineEvent): string => `${type} ${action} ${name}`;
const dataOf = ({ type, action, name }: EngineEvent) => ({
  'data-testid': 'event-row' as const,
  'data-type': type,
  'data-action': action,
  'data-name': name,
});
function detailsOf({ attributes }: EngineEvent): string {
  return Object.entries(attributes)
    .filter(([key]) => key !== 'name')
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
