import { Button, Checkbox, Loader, Progress } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Change } from '../../../../shared/contract/schemas.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Note } from '../../ui/note.tsx';
import { actionOf, checkOf, outcomeOf, total, type Flow, type ProgressLine, type Tally } from './flow.ts';
import { PlanPreview } from './plan-preview.tsx';
import { ProbesTable } from './probes-table.tsx';
import type { FlowRunner, Subject } from './runner.ts';

const OUTCOME_TONES = { holds: 'ok', untested: 'info', fails: 'bad', 'still-closed': 'info' } as const;

/** What is being done to this subject, from the plan to the result on the wire. */
export function FlowView(props: {
  readonly flow: Flow;
  readonly subject: Subject;
  readonly runner: FlowRunner;
  readonly onRelease: () => void;
}): ReactElement | null {
  const { t } = useTranslation();
  const { flow, subject, runner } = props;
  const dismiss = (): void => {
    props.onRelease();
    runner.dismiss(subject);
  };
  const apply = (): void => {
    props.onRelease();
    void runner.apply(subject);
  };
  switch (flow.phase) {
    case 'idle':
      return null;
    case 'planning':
      return (
        <p className="busy" role="status">
          <Loader size="xs" aria-hidden /> {t('flow.planning')}
        </p>
      );
    case 'preview':
      return <Preview flow={flow} subject={subject} runner={runner} onConfirm={apply} onCancel={dismiss} />;
    case 'applying':
      return (
        <section className="card" aria-busy data-testid="applying">
          <h3>{t(`flow.applying.${flow.action}`)}</h3>
          <ProgressLines lines={flow.progress} />
          <ProbesTable probes={flow.probes} />
        </section>
      );
    case 'applied': {
      const outcome = outcomeOf(flow);
      return (
        <section className="card" data-testid="outcome" data-holds={flow.holds}>
          <div role="status">
            <Note tone={OUTCOME_TONES[outcome]}>
              <p className="note-title">
                {outcome === 'still-closed'
                  ? t('flow.applied.allow.still-closed')
                  : t(`flow.applied.${flow.action}.${outcome}`)}
              </p>
              <Summary tally={flow.tally} />
            </Note>
          </div>
          <ProbesTable probes={flow.probes} />
          <Dismiss onClick={dismiss} />
        </section>
      );
    }
    case 'verifying':
      return (
        <section className="card" aria-busy data-testid="verifying">
          <h3>{t('flow.verifying')}</h3>
          <Progress value={flow.total === 0 ? 5 : (flow.done / flow.total) * 100} aria-label={t('flow.verifying')} />
          <ProbesTable probes={flow.probes} />
          <div className="buttons">
            <Button variant="default" size="xs" onClick={dismiss}>
              {t('common.cancel')}
            </Button>
          </div>
        </section>
      );
    case 'verified': {
      const { disagree, errors } = flow.tally;
      const check = checkOf(flow);
      return (
        <section className="card" data-testid="verified" data-disagree={disagree} data-errors={errors}>
          <div role="status">
            <Note tone={check === 'untested' ? 'warn' : check}>
              <p className="note-title">{t(`flow.verified.${check}`)}</p>
              <Summary tally={flow.tally} />
            </Note>
          </div>
          <ProbesTable probes={flow.probes} />
          <Dismiss onClick={dismiss} />
        </section>
      );
    }
    case 'failed':
      return (
        <section className="card" data-testid="flow-failed">
          <ErrorCard error={flow.error} />
          <ProbesTable probes={flow.probes} />
          <Dismiss onClick={dismiss} />
        </section>
      );
  }
}

/** Changes that an option made: the keyboard goes on where it was chosen. */
const chosen = new WeakSet<Change>();

function Preview(props: {
  readonly flow: Extract<Flow, { phase: 'preview' }>;
  readonly subject: Subject;
  readonly runner: FlowRunner;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}): ReactElement {
  const { flow, subject, runner, onConfirm, onCancel } = props;
  const { change, plan } = flow;
  const ports = change.action === 'rerun' ? plan.ports : null;
  const isChosen = chosen.has(change);
  const choose = (next: Change): void => {
    chosen.add(next);
    void runner.plan(subject, next);
  };
  return (
    <PlanPreview
      plan={plan}
      action={actionOf(change)}
      onConfirm={onConfirm}
      onCancel={onCancel}
      takesFocus={isChosen}
      options={
        change.action === 'rerun' && ports ? (
          <PublishChoice change={change} ports={ports} isChosen={isChosen} onChange={choose} />
        ) : undefined
      }
    />
  );
}

type Rerun = Extract<Change, { action: 'rerun' }>;

/** Whether who leaves the machine's network is still to be called there: the plan is made anew for it. */
function PublishChoice(props: {
  readonly change: Rerun;
  readonly ports: readonly string[];
  readonly isChosen: boolean;
  readonly onChange: (next: Change) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { change, ports, isChosen } = props;
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isChosen) box.current?.focus({ preventScroll: true });
  }, [isChosen]);
  return (
    <Checkbox
      ref={box}
      className="plan-option"
      checked={change.publish === true}
      label={t('plan.publish', { ports: ports.join(', ') })}
      data-testid="publish"
      onChange={({ currentTarget }) => {
        const { publish: _, ...rest } = change;
        props.onChange(currentTarget.checked ? { ...rest, publish: true } : rest);
      }}
    />
  );
}

function Summary(props: { readonly tally: Tally }): ReactElement {
  const { t } = useTranslation();
  const { agree, disagree, errors, untried } = props.tally;
  return (
    <p>
      {total(props.tally) > 0 && t('flow.summary.agree', { count: agree, total: total(props.tally) })}
      {disagree > 0 && ` ${t('flow.summary.disagree', { count: disagree })}`}
      {errors > 0 && ` ${t('flow.summary.errors', { count: errors })}`}
      {untried && untried.outside > 0 && ` ${t('flow.summary.outside', { count: untried.outside })}`}
      {untried && untried.left > 0 && ` ${t('flow.summary.left', { count: untried.left })}`}
    </p>
  );
}

function Dismiss(props: { readonly onClick: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="buttons">
      <Button variant="default" size="xs" onClick={props.onClick} data-testid="dismiss">
        {t('common.done')}
      </Button>
    </div>
  );
}

/** Finished steps stay as they were, the last one is being done. */
function ProgressLines(props: { readonly lines: readonly ProgressLine[] }): ReactElement {
  const { t, i18n } = useTranslation();
  const name = (step: string): string => {
    const key = `progress.${step}`;
    return i18n.exists(key) ? t(key as 'progress.helper-start') : step;
  };
  const last = props.lines.length - 1;
  return (
    <div role="status">
      <ol className="progress">
        {props.lines.map((line, index) => (
          <li key={`${line.step} ${index}`} data-current={index === last}>
            {index === last ? <Loader size={12} aria-hidden /> : <span aria-hidden>✓</span>}
            <span>{name(line.step)}</span>
            {line.detail !== '' && <code className="progress-detail">{line.detail}</code>}
          </li>
        ))}
        {props.lines.length === 0 && (
          <li data-current>
            <Loader size={12} aria-hidden /> {t('flow.starting')}
          </li>
        )}
      </ol>
    </div>
  );
}
