import { ActionIcon, Button, Menu, Skeleton, Tooltip } from '@mantine/core';
import { IconArrowsExchange, IconRadar2, IconShield, IconShieldLock, IconShieldOff, IconX } from '@tabler/icons-react';
import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CellView, EndpointView } from '../../../../shared/contract/schemas.ts';
import { cellState, type CellState, type Frame } from '../../lib/frame.ts';
import { useAppStore } from '../../lib/store.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Note } from '../../ui/note.tsx';
import { CellMark } from '../matrix/cell-mark.tsx';
import { findAgain, isZone, pairRef, selectorName, type PairRef } from '../matrix/view.ts';
import { endpointName, serviceWords, stateName } from '../matrix/words.ts';
import { Channels } from './channels.tsx';
import { offersFor } from '../../../../shared/actions/isolation.ts';
import { IsolationBadge, IsolationItems } from '../changes/isolation-items.tsx';
import { useLimit } from '../changes/use-limit.ts';
import { useAsk } from '../changes/use-ask.ts';
import { Discover } from './discover.tsx';
import { FlowView } from './flow-view.tsx';
import { canVerify } from '../matrix/commands.ts';
import { isBusy } from './flow.ts';
import { MethodsList } from './methods-list.tsx';
import { RuleTag } from './rule-tag.tsx';
import { sentence } from '../../i18n/sentences.ts';
import { isFinished } from './settled.ts';
import { Traffic } from './traffic.tsx';
import { useExplain } from './use-explain.ts';
import { useFlow, useFlowRunner } from './use-flow.ts';

/** Everything about one ordered pair: whether, how and why, and the way to change it. */
export function ExplainPanel(props: {
  readonly frame: Frame;
  readonly pair: PairRef;
  readonly stale: boolean;
  readonly onClose: () => void;
  /** A button that had the keyboard is about to go: someone else must take it. */
  readonly onRelease: () => void;
}): ReactElement {
  const { frame, pair } = props;
  const { t } = useTranslation();
  const store = useAppStore();
  const row = findAgain(frame, pair.fromId, pair.fromName);
  const col = findAgain(frame, pair.toId, pair.toName);
  const [from, to] = [frame.endpoints[row], frame.endpoints[col]];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    props.onClose();
  };
  return (
    // A landmark, not a dialog: the matrix stays in use beside it.  Escape anywhere inside closes it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside className="explain" aria-label={t('explain.label')} data-testid="explain" onKeyDown={onKeyDown}>
      <div className="explain-tools">
        <h2 className="explain-title">{t('explain.title')}</h2>
        <span className="spacer" />
        <Tooltip label={t('explain.swap')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('explain.swap')}
            data-testid="swap"
            disabled={!from || !to}
            onClick={() => {
              if (!from || !to) return;
              const swapped = pairRef(to, from);
              store.setState({ selection: swapped, cursor: swapped });
            }}
          >
            <IconArrowsExchange size={18} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon variant="subtle" color="gray" aria-label={t('common.close')} onClick={props.onClose}>
          <IconX size={18} />
        </ActionIcon>
      </div>
      {from && to ? (
        <Explained
          frame={frame}
          from={from}
          to={to}
          state={cellState(frame, row, col)}
          stale={props.stale}
          onRelease={props.onRelease}
        />
      ) : (
        <Note tone="info">{t('explain.gone', { name: from ? pair.toName : pair.fromName })}</Note>
      )}
    </aside>
  );
}

function Explained(props: {
  readonly frame: Frame;
  readonly from: EndpointView;
  readonly to: EndpointView;
  readonly state: CellState;
  readonly stale: boolean;
  readonly onRelease: () => void;
}): ReactElement {
  const { from, to, state } = props;
  const { t, i18n } = useTranslation();
  const runner = useFlowRunner();
  const pair = { from: from.id, to: to.id };
  const flow = useFlow(pair);
  const seen = useRef(flow);
  useEffect(() => {
    seen.current = flow;
  }, [flow]);
  useEffect(() => {
    const shown = { from: from.id, to: to.id };
    return () => runner.leave(shown, seen.current);
  }, [runner, from.id, to.id]);
  const { cell, error } = useExplain(from.id, to.id, props.frame.revision);
  const names = { from: endpointName(t, from), to: endpointName(t, to) };
  const self = from.id === to.id;
  const verifiable = canVerify(from, to);
  const noFirewall = useLimit('firewall');
  const noMethods = useLimit('methods');
  const quiet = flow.phase === 'idle' || isFinished(flow);
  return (
    <>
      <div className="pair">
        <Party endpoint={from} role="from" stale={props.stale} />
        <span className="pair-arrow" aria-hidden>
          →
        </span>
        <Party endpoint={to} role="to" stale={props.stale} />
      </div>
      <p className="verdict" data-testid="verdict" data-verdict={cell?.verdict ?? state.verdict}>
        <CellMark state={state} size={28} />
        <span>{self ? t('explain.verdict.self') : t(`explain.verdict.${state.verdict}`, names)}</span>
      </p>
      {cell?.denial && <DenialNote denial={cell.denial} />}
      {error && <ErrorCard error={error} />}
      {!self && quiet && (
        <div className="buttons">
          {cell?.denial && (
            <Button
              leftSection={<IconShieldOff size={16} />}
              disabled={props.stale}
              onClick={() => void runner.plan(pair, { action: 'allow', ...pair })}
              data-testid="allow"
            >
              {t('explain.allow')}
            </Button>
          )}
          {(!cell?.denial || isPartial(cell.denial)) && (
            <Button
              color="red"
              leftSection={<IconShield size={16} />}
              disabled={props.stale || cell === null || noFirewall !== null}
              aria-describedby={noFirewall === null ? undefined : 'no-firewall'}
              onClick={() => void runner.plan(pair, { action: 'block', ...pair })}
              data-testid="block"
            >
              {cell?.denial ? t('explain.block-rest') : t('explain.block')}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconRadar2 size={16} />}
            disabled={props.stale || isBusy(flow) || !verifiable}
            onClick={() => void runner.verify(pair)}
            aria-describedby={verifiable ? undefined : 'verify-zone'}
            data-testid="verify"
          >
            {t('explain.verify')}
          </Button>
        </div>
      )}
      {!self && noFirewall !== null && (
        <p id="no-firewall" className="quiet" data-testid="no-firewall">
          {noFirewall}
        </p>
      )}
      {!self && quiet && cell && cell.verdict !== 'blocked' && (
        <MethodsList from={from} to={to} channels={cell.channels} disabled={props.stale} limit={noMethods} />
      )}
      {!self && !verifiable && (
        <p id="verify-zone" className="quiet">
          {t('explain.verify-zone')}
        </p>
      )}
      <FlowView flow={flow} subject={pair} runner={runner} onRelease={props.onRelease} />
      {cell === null && !error && <Skeleton height={120} radius="md" aria-label={t('common.loading')} />}
      {cell && (
        <>
          {cell.reasons.length > 0 && (
            <section className="panel-section">
              <h3>{t('explain.reasons')}</h3>
              <ul className="reasons">
                {cell.reasons.map((reason, index) => (
                  <li key={`${reason.rule} ${index}`}>
                    <span>{sentence(i18n.language, 'reasons', reason.rule, reason)}</span>{' '}
                    <RuleTag rule={reason.rule} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          {!self && <Traffic from={from.id} to={to.id} denied={cell.denial !== null} />}
          <Channels channels={cell.channels} />
          <Discover frame={props.frame} stale={props.stale} />
        </>
      )}
    </>
  );
}

function Party(props: {
  readonly endpoint: EndpointView;
  readonly role: 'from' | 'to';
  readonly stale: boolean;
}): ReactElement {
  const ask = useAsk();
  const { t, i18n } = useTranslation();
  const { endpoint } = props;
  const selector = selectorName(endpoint);
  const facts = [
    ...(selector === endpoint.name ? [] : [selector]),
    ...(endpoint.kind === 'service' ? [serviceWords(t, endpoint)] : []),
    ...(endpoint.kind === 'container' && endpoint.state !== 'running' ? [stateName(i18n, endpoint.state)] : []),
    ...endpoint.networks,
  ];
  return (
    <div className="party">
      <span className="party-role">{t(`explain.${props.role}`)}</span>
      <span className="party-name">
        <strong>{endpointName(t, endpoint)}</strong>
        {offersFor(endpoint).length > 0 && (
          <Menu position="bottom-start" withinPortal>
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t('isolation.menu', { name: endpoint.name })}
                data-testid={`isolation-${props.role}`}
              >
                <IconShieldLock size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <IsolationItems endpoint={endpoint} disabled={props.stale} ask={ask} />
            </Menu.Dropdown>
          </Menu>
        )}
      </span>
      <IsolationBadge endpoint={endpoint} />
      <span className="party-facts">{isZone(endpoint) ? t(`zone.about.${endpoint.kind}`) : facts.join(' · ')}</span>
    </div>
  );
}

const DENIAL_TONES = { held: 'ok', pending: 'info', failed: 'bad', paused: 'warn', impossible: 'bad' } as const;

/** Whether it leaves some ports open. */
function isPartial({ ports, except }: NonNullable<CellView['denial']>): boolean {
  return ports !== undefined || except !== undefined;
}

function DenialNote(props: { readonly denial: NonNullable<CellView['denial']> }): ReactElement {
  const { t } = useTranslation();
  const { state, policy, ports, except } = props.denial;
  const title = state === 'held' && isPartial(props.denial) ? 'held-partly' : state;
  return (
    <div data-testid="denial" data-state={state}>
      <Note tone={DENIAL_TONES[state]}>
        <p className="note-title">{t(`denial.${title}`)}</p>
        <p>
          {t('denial.rule')} <code>{policy}</code>
        </p>
        {ports && <p>{t('denial.ports', { ports: ports.join(', ') })}</p>}
        {except && <p>{t('denial.except', { ports: except.join(', ') })}</p>}
      </Note>
    </div>
  );
}
