import { Button } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../shared/contract/schemas.ts';
import { POWERS, type Power } from '../../../../shared/methods/model.ts';
import { Note } from '../../ui/note.tsx';
import { EffectList } from './effect-list.tsx';
import type { Action } from './flow.ts';
import { RuleTag } from './rule-tag.tsx';
import { sentence } from '../../i18n/sentences.ts';

/** What shuts much, or opens all of it. */
const GRAVE: ReadonlySet<PlanView['action']> = new Set(['block', 'isolate', 'pause', 'clear']);

/** What would be done, step by step, and what stands in the way: shown before anything happens. */
export function PlanPreview(props: {
  readonly plan: PlanView;
  readonly action: Action;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  /** What may be chosen before it is done.  `takesFocus`: it was just now. */
  readonly options?: ReactElement | undefined;
  readonly takesFocus?: boolean;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { plan, action } = props;
  const title = titleOf(plan, action);
  const first = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone: the keyboard goes on here.
  const isElsewhere = props.takesFocus === true;
  useEffect(() => {
    if (!isElsewhere) first.current?.focus({ preventScroll: true });
  }, [isElsewhere]);
  return (
    <section className="card" aria-label={t('plan.label')} data-testid="plan">
      <h3>{t(`plan.title.${title}`, { from: plan.from, to: plan.to })}</h3>
      {plan.ports && action !== 'rerun' && <p>{t('plan.ports', { ports: plan.ports.join(', ') })}</p>}
      {!plan.possible && <p>{t(action === 'rerun' ? 'plan.rerun-impossible' : 'plan.impossible')}</p>}
      <Obstacles obstacles={plan.obstacles} />
      {plan.possible && (
        <>
          <ol className="steps">
            {plan.steps.map((step, index) => (
              <li key={`${step.kind} ${index}`}>{sentence(i18n.language, 'steps', stepId(step), step)}</li>
            ))}
          </ol>
          {props.options}
          {plan.effect && <EffectList effect={plan.effect} />}
          {plan.pairs.length > 1 && <p className="quiet">{t('plan.pairs', { count: plan.pairs.length })}</p>}
        </>
      )}
      <div className="buttons">
        {plan.possible && (
          <Button
            ref={first}
            color={GRAVE.has(plan.action) ? 'red' : 'blue'}
            onClick={props.onConfirm}
            data-testid="confirm"
          >
            {t(`plan.confirm.${action}`)}
          </Button>
        )}
        <Button ref={plan.possible ? undefined : first} variant="default" onClick={props.onCancel}>
          {t(plan.possible ? 'common.cancel' : 'common.close')}
        </Button>
      </div>
    </section>
  );
}

/** What is said of many in the same words is said once, with the others behind a fold. */
function Obstacles({ obstacles }: Pick<PlanView, 'obstacles'>): ReactElement {
  const { t, i18n } = useTranslation();
  const groups = new Map<string, PlanView['obstacles']>();
  for (const obstacle of obstacles) {
    const key = `${obstacle.severity} ${obstacle.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), obstacle]);
  }
  const textOf = (obstacle: PlanView['obstacles'][number]): string =>
    sentence(i18n.language, 'obstacles', obstacle.rule, obstacle);
  return (
    <>
      {[...groups].map(([key, group]) => {
        const [first, ...others] = group;
        if (!first) return null;
        return (
          <Note key={key} tone={first.severity === 'stop' ? 'bad' : 'warn'}>
            {textOf(first)} <RuleTag rule={first.rule} />
            {others.length > 0 && (
              <details>
                <summary>{t('plan.likewise', { count: others.length })}</summary>
                <ul className="likewise">
                  {others.map((obstacle, index) => (
                    <li key={index}>{textOf(obstacle)}</li>
                  ))}
                </ul>
              </details>
            )}
          </Note>
        );
      })}
    </>
  );
}

function titleOf({ to }: PlanView, action: Action): Exclude<Action, 'rerun'> | 'offline' | `rerun-${Power}` {
  if (action === 'rerun') return `rerun-${POWERS.find((power) => power === to) ?? POWERS[0]}`;
  return action === 'isolate' && to === 'internet' ? 'offline' : action;
}

/** A rule that waits for a container's next start has one more thing to say. */
function stepId({ kind, params }: PlanView['steps'][number]): string {
  const id = kind === 'policy-file' && params['name'] !== undefined ? 'policy-name' : kind;
  return params['waiting'] === undefined ? id : `${id}-waiting`;
}
