import { Button, Checkbox, Loader, NativeSelect } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PruneChoice, PrunePlan } from '../../../../shared/contract/engine.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { useApp } from '../../lib/store.ts';
import { useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { bytesWords } from '../../lib/words.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import { DetailSection } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Note } from '../../ui/note.tsx';
import { JobItem } from '../jobs/job-item.tsx';

/** What nobody misses: no volume goes unless it is chosen. */
const CAREFUL: PruneChoice = {
  containers: false,
  networks: true,
  images: 'dangling',
  volumes: 'none',
  buildCache: true,
};

/** Shows what would go and how much room that makes, before anything goes: exactly that, and nothing that is unused since. */
export function PrunePlanner(props: { readonly stale: boolean; readonly round: string }): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  const { stale, round } = props;
  const [choice, setChoice] = useState(CAREFUL);
  const [started, setStarted] = useState<string | null>(null);
  const job = useApp(({ jobs }) => jobs.find(({ id }) => id === started) ?? null);
  const isRunning = job?.state === 'running';
  const key = JSON.stringify(choice);
  const read = useCallback(
    (from: Client, signal: AbortSignal) => from.engine.prunePlan(JSON.parse(key) as PruneChoice, { signal }),
    [key],
  );
  const { value, error, isReading } = useReading(read, stale || isRunning ? null : `${key} ${round}`);
  const plan = isReading ? null : value;
  const count = plan?.kinds.reduce((sum, { items }) => sum + items.length, 0) ?? 0;
  const size = bytesWords(i18n.language, plan?.bytes ?? 0);

  const prune = async (now: PrunePlan): Promise<void> => {
    const filled = now.kinds.filter(({ items }) => items.length > 0);
    const wanted = await confirm({
      title: t('engines.plan.title', { count }),
      text: t(filled.some(({ kind }) => kind === 'volumes') ? 'engines.plan.text-volumes' : 'engines.plan.text', {
        size,
      }),
      losses: filled.map(({ kind, items }) => `${t(`engines.kind.${kind}`)}: ${items.length}`),
      confirm: t('prune.submit', { count }),
    });
    if (!wanted) return;
    try {
      const kinds = filled.map(({ kind, items }) => ({ kind, ids: items.map(({ id }) => id) }));
      setStarted((await client.engine.prune({ kinds })).job);
    } catch (thrown) {
      report(t('engines.plan.title', { count }), thrown);
    }
  };

  return (
    <DetailSection title={t('engines.plan.label')}>
      <div className="plan-choices">
        <Checkbox
          label={t('engines.plan.containers')}
          checked={choice.containers}
          data-testid="plan-containers"
          onChange={({ currentTarget: { checked } }) => setChoice({ ...choice, containers: checked })}
        />
        <Checkbox
          label={t('engines.plan.networks')}
          checked={choice.networks}
          data-testid="plan-networks"
          onChange={({ currentTarget: { checked } }) => setChoice({ ...choice, networks: checked })}
        />
        <Checkbox
          label={t('engines.plan.build-cache')}
          checked={choice.buildCache}
          data-testid="plan-build-cache"
          onChange={({ currentTarget: { checked } }) => setChoice({ ...choice, buildCache: checked })}
        />
        <NativeSelect
          label={t('engines.kind.images')}
          value={choice.images}
          data-testid="plan-images"
          data={(['none', 'dangling', 'unused'] as const).map((value) => ({
            value,
            label:
              value === 'none' ? t('engines.plan.keep') : t(`prune.${value === 'dangling' ? 'some' : 'all'}.images`),
          }))}
          onChange={({ currentTarget: { value: images } }) =>
            setChoice({ ...choice, images: images as PruneChoice['images'] })
          }
        />
        <NativeSelect
          label={t('engines.kind.volumes')}
          value={choice.volumes}
          data-testid="plan-volumes"
          data={(['none', 'anonymous', 'unused'] as const).map((value) => ({
            value,
            label:
              value === 'none' ? t('engines.plan.keep') : t(`prune.${value === 'anonymous' ? 'some' : 'all'}.volumes`),
          }))}
          onChange={({ currentTarget: { value: volumes } }) =>
            setChoice({ ...choice, volumes: volumes as PruneChoice['volumes'] })
          }
        />
      </div>
      {job && (
        <ul className="jobs-list plan-job">
          <JobItem job={job} />
        </ul>
      )}
      {job?.state === 'done' && (
        <Note tone="ok">
          {t('engines.plan.done', { size: bytesWords(i18n.language, Number(job.result['bytes'] ?? 0)) })}
        </Note>
      )}
      {isRunning ? null : error && !isReading ? (
        <ErrorCard error={error} />
      ) : plan === null ? (
        <p className="quiet">
          <Loader size="xs" aria-hidden /> {t('prune.reading')}
        </p>
      ) : count === 0 ? (
        <p data-testid="plan-empty">{t('prune.nothing')}</p>
      ) : (
        <>
          <PlanList plan={plan} />
          {plan.kinds.some(({ kind, items }) => kind === 'volumes' && items.length > 0) && (
            <Note tone="bad">{t('prune.warning.volumes')}</Note>
          )}
          {plan.heldByCache > 0 && (
            <Note tone="info">{t('engines.plan.held', { size: bytesWords(i18n.language, plan.heldByCache) })}</Note>
          )}
          <div className="buttons plan-go">
            <Button
              color="red"
              leftSection={<IconTrash size={16} />}
              disabled={stale}
              data-testid="plan-prune"
              onClick={() => void prune(plan)}
            >
              {t('engines.plan.go', { count })}
            </Button>
            {plan.bytes > 0 && <span className="quiet">{t('prune.free', { size })}</span>}
          </div>
        </>
      )}
    </DetailSection>
  );
}

function PlanList({ plan }: { readonly plan: PrunePlan }): ReactElement {
  const { t, i18n } = useTranslation();
  return (
    <div className="plan" data-testid="plan">
      {plan.kinds
        .filter(({ items }) => items.length > 0)
        .map(({ kind, items, bytes }) => (
          <details key={kind} data-kind={kind} open={items.length <= 12}>
            <summary>
              {t(`engines.kind.${kind}`)}: {items.length}
              {bytes > 0 && <span className="quiet"> {bytesWords(i18n.language, bytes)}</span>}
            </summary>
            <ul
              className="confirm-losses prune-items"
              aria-label={t(`engines.kind.${kind}`)}
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls: the keyboard must reach its end
              tabIndex={0}
            >
              {items.map(({ id, name, size }) => (
                <li key={id} data-item={name}>
                  {name} {size !== null && <span className="quiet">{bytesWords(i18n.language, size)}</span>}
                </li>
              ))}
            </ul>
          </details>
        ))}
    </div>
  );
}
