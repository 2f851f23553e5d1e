import { Loader } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { cellState, type Frame } from '../../lib/frame.ts';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useReading } from '../../lib/use-live.ts';
import { ErrorCard, ErrorLine } from '../../ui/error-card.tsx';
import { sentence } from '../../i18n/sentences.ts';
import { None } from './none.tsx';
import { ownMethods, type OwnMethod } from './read-own.ts';

/** Lines of one kind; the rest is in the cell's own plan. */
const SHOWN = 4;

/** A pair of the user's own, and what each way to block it would close.  Planned only: nothing is changed. */
export function OwnBlocking(): ReactElement {
  const pair = useApp(({ frame }) => (frame ? openPair(frame) : null));
  const [from = '', to = ''] = pair?.split('\n') ?? [];
  return pair === null ? <None /> : <Ways key={pair} from={from} to={to} />;
}

function Ways({ from, to }: { readonly from: string; readonly to: string }): ReactElement {
  const { t } = useTranslation();
  const names = useApp(({ frame }) =>
    [from, to].map((id) => frame?.endpoints.find((one) => one.id === id)?.name ?? id).join('\n'),
  );
  const [fromName = '', toName = ''] = names.split('\n');
  const read = useMemo(() => ownMethods(from, to), [from, to]);
  const { value, error } = useReading(read, `${from} ${to}`);
  if (error) return <ErrorCard error={error} />;
  if (value === null) return <Loader size="sm" role="img" aria-label={t('common.loading')} />;
  return (
    <div data-testid="example">
      <p>
        <a href={hashOf('matrix', fromName, toName)}>{t('cell.pair', { from: fromName, to: toName })}</a>
      </p>
      <ul className="guide-ways">
        {value.map((way) => (
          <li key={way.method} data-testid={`way-${way.method}`}>
            <h4>{t(`guide.blocking.${way.method}`)}</h4>
            <Outcome
              way={way}
              names={
                new Map([
                  [from, fromName],
                  [to, toName],
                ])
              }
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** @param props.names by id: plans of the firewall name pairs by id */
function Outcome(props: { readonly way: OwnMethod; readonly names: ReadonlyMap<string, string> }): ReactElement {
  const { t, i18n } = useTranslation();
  const { plan, error } = props.way;
  const named = (side: string): string => props.names.get(side) ?? side;
  if (!plan) return <p className="quiet">{error && <ErrorLine error={error} isBrief />}</p>;
  const stop = plan.obstacles.find(({ severity }) => severity === 'stop');
  if (!plan.possible) {
    return <p>{stop ? sentence(i18n.language, 'obstacles', stop.rule, stop) : t('guide.blocking.impossible')}</p>;
  }
  const closed = plan.effect ? plan.effect.closes : plan.pairs;
  const stays = plan.effect?.stays.length ?? 0;
  return (
    <>
      <p>
        {closed.length === 0 ? t('guide.blocking.closes-none') : t('guide.blocking.closes', { count: closed.length })}
      </p>
      <ul>
        {closed.slice(0, SHOWN).map(({ from, to }) => (
          <li key={`${from} ${to}`}>{t('cell.pair', { from: named(from), to: named(to) })}</li>
        ))}
      </ul>
      {closed.length > SHOWN && <p className="quiet">{t('common.more', { count: closed.length - SHOWN })}</p>}
      {stays > 0 && <p>{t('guide.blocking.stays', { count: stays })}</p>}
    </>
  );
}

/** Two running containers the first of which may call the second, as ids; null: there are none. */
function openPair(frame: Frame): string | null {
  const running = frame.endpoints.flatMap(({ kind, state }, index) =>
    kind === 'container' && state === 'running' ? [index] : [],
  );
  for (const row of running) {
    for (const col of running) {
      if (row === col || cellState(frame, row, col).verdict === 'blocked') continue;
      const [from, to] = [frame.endpoints[row], frame.endpoints[col]];
      const isTogether = from?.networks.some((network) => to?.networks.includes(network));
      if (from && to && isTogether) return `${from.id}\n${to.id}`;
    }
  }
  return null;
}
