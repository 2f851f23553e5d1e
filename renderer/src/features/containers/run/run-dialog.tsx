import { Button, Loader, Modal } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { runLine } from '../../../../../shared/containers/run-line.ts';
import type { RunSpec } from '../../../../../shared/containers/run-spec.ts';
import type { ImageView } from '../../../../../shared/contract/images.ts';
import type { ErrorShape } from '../../../../../shared/errors.ts';
import { useClient, type Client } from '../../../lib/client-context.tsx';
import { errorOf } from '../../../lib/errors.ts';
import { goTo, replaceQuery, type Route } from '../../../lib/route.ts';
import { useApp } from '../../../lib/store.ts';
import { useLiveRows } from '../../../lib/use-live.ts';
import { useReport } from '../../../lib/use-report.ts';
import { ErrorCard } from '../../../ui/error-card.tsx';
import { Note } from '../../../ui/note.tsx';
import { JobProgress } from '../../jobs/job-progress.tsx';
import { useOwnJob } from '../../jobs/use-own-job.ts';
import { Copy } from '../../../ui/copy.tsx';
import { useFetched } from '../detail/use-fetched.ts';
import { draftOf, EMPTY_DRAFT, readDraft, type Draft } from './draft.ts';
import { RunForm } from './run-form.tsx';

/** What the dialog is open for; as the page's address says it. */
export type RunPurpose =
  { readonly kind: 'run'; readonly image: string } | { readonly kind: 'duplicate' | 'recreate'; readonly ref: string };

export function purposeOf({ query }: Route): RunPurpose | null {
  const { run, duplicate, recreate } = query;
  if (run !== undefined) return { kind: 'run', image: run };
  if (duplicate !== undefined) return { kind: 'duplicate', ref: duplicate };
  return recreate === undefined ? null : { kind: 'recreate', ref: recreate };
}

/** Asks what is to be run, and shows the `docker run` that would do the same. */
export function RunDialog(): ReactElement {
  const route = useApp((state) => state.route);
  const purpose = useMemo(() => purposeOf(route), [route]);
  return (
    <Modal.Root opened={purpose !== null} onClose={() => replaceQuery({})} size={760}>
      <Modal.Overlay />
      <Modal.Content data-testid="run-dialog">
        {purpose?.kind === 'run' && (
          <Editor purpose={purpose} draft={{ ...EMPTY_DRAFT, image: purpose.image }} lost={0} untold={0} />
        )}
        {purpose !== null && purpose.kind !== 'run' && <After purpose={purpose} />}
      </Modal.Content>
    </Modal.Root>
  );
}

/** Another like one that is there: what that one is has to be asked first. */
function After({ purpose }: { readonly purpose: Extract<RunPurpose, { readonly ref: string }> }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { ref, kind } = purpose;
  const ask = useCallback((signal: AbortSignal) => client.containers.spec({ ref }, { signal }), [client, ref]);
  const { value, error } = useFetched(ask);
  const draft = useMemo(
    () => value && draftOf(kind === 'duplicate' ? duplicateOf(value.spec) : value.spec),
    [value, kind],
  );
  if (draft && value) {
    return <Editor purpose={purpose} draft={draft} lost={value.changedFiles} untold={value.untold} />;
  }
  return (
    <Modal.Body className="confirm">
      {error ? <ErrorCard error={error} /> : <Loader role="img" aria-label={t('common.loading')} />}
    </Modal.Body>
  );
}

/** Beside the first one: another name, no ports of the machine that are taken, no part of a Compose project. */
function duplicateOf(spec: RunSpec): RunSpec {
  return {
    ...spec,
    name: `${spec.name}-copy`,
    ports: spec.ports.map((port) => ({ ...port, hostPort: 0 })),
    networks: spec.networks.map((network) => ({ ...network, ipv4: '' })),
    labels: spec.labels.filter(({ name }) => !name.startsWith('com.docker.compose.')),
  };
}

/** Engines before 25 join one network when a container is made. */
function joinsOne(apiVersion: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return major === 1 && minor < 44;
}

function Editor(props: {
  readonly purpose: RunPurpose;
  readonly draft: Draft;
  /** Files that a new one would not have. */
  readonly lost: number;
  /** Variables and labels that are too long to be shown. */
  readonly untold: number;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const containers = useApp((state) => state.containers);
  const frame = useApp((state) => state.frame);
  const oneNetwork = useApp(
    ({ engine }) => engine !== null && 'engine' in engine && joinsOne(engine.engine.apiVersion),
  );
  const { purpose, lost, untold } = props;
  const [draft, setDraft] = useState(props.draft);
  const [isTried, setTried] = useState(false);
  const [complaints, setComplaints] = useState(0);
  const fields = useRef<HTMLFieldSetElement>(null);
  const [refused, setRefused] = useState<ErrorShape | null>(null);
  const { id: jobId, job, own } = useOwnJob();
  const [isCancelling, setCancelling] = useState(false);
  const { spec, problems } = readDraft(draft);
  const line = runLine(spec, { oneNetwork });
  const held = useLiveRows(watchImages, idOf).rows;
  const images = useMemo(() => {
    const used = (containers ?? []).map(({ image }) => image);
    return [...new Set([...used, ...(held ?? []).flatMap(({ tags }) => tags)])].sort();
  }, [containers, held]);
  const networks = useMemo(() => (frame?.networks ?? []).map(({ name }) => name).sort(), [frame]);

  useEffect(() => {
    if (job?.state === 'done') goTo('containers', spec.name || (job.result['container'] ?? ''));
    // The name as it was when the job began: the fields are shut since.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [job?.state]);

  useEffect(() => {
    if (complaints > 0) fields.current?.querySelector('[aria-invalid="true"], [role="alert"]')?.scrollIntoView();
  }, [complaints]);

  const isBusy = jobId !== null && (job === null || job.state === 'running' || job.state === 'done');
  const isEnding = isBusy && isCancelling;
  const error = refused ?? job?.error ?? null;
  const submit = (start: boolean): void => {
    setTried(true);
    if (problems.size > 0) {
      setComplaints((before) => before + 1);
      return;
    }
    const run = async (): Promise<void> => {
      try {
        setRefused(null);
        const after = purpose.kind === 'run' ? {} : { like: purpose.ref, replace: purpose.kind === 'recreate' };
        const { job: started } = await client.containers.run({ spec: sent(spec), start, ...after });
        setCancelling(false);
        own(started);
      } catch (thrown) {
        setRefused(errorOf(thrown));
        own(null);
      }
    };
    void run();
  };

  /** While it works the work is ended, and what was asked stays to be asked otherwise; else the dialog is left. */
  const cancel = (): void => {
    if (!isBusy) {
      replaceQuery({});
      return;
    }
    if (isEnding) return;
    setCancelling(true);
    void client.jobs.cancel({ id: jobId }).catch((thrown: unknown) => {
      setCancelling(false);
      report(t('common.cancel'), thrown);
    });
  };

  return (
    <Modal.Body className="run">
      <Modal.Title className="confirm-title">
        {purpose.kind === 'run'
          ? t('containers.run.title')
          : t(`containers.run.title-${purpose.kind}`, { name: purpose.ref })}
      </Modal.Title>
      <div className="run-scroll">
        {purpose.kind === 'recreate' && (
          <Note tone={lost > 0 ? 'warn' : 'info'}>
            {t('containers.run.recreate-about')} {lost > 0 && t('containers.run.recreate-lost', { count: lost })}
          </Note>
        )}
        {untold > 0 && <Note tone="info">{t('containers.run.untold', { count: untold })}</Note>}
        <fieldset ref={fields} className="run-fields" disabled={isBusy}>
          <RunForm
            draft={draft}
            problems={isTried ? problems : NO_PROBLEMS}
            images={images}
            networks={networks}
            onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
          />
        </fieldset>
      </div>
      <div className="run-line">
        <code data-testid="run-line">{line}</code>
        <Copy value={line} label={t('containers.run.copy-line')} />
      </div>
      {job?.state === 'running' && <JobProgress job={job} />}
      {job?.state === 'cancelled' && (
        <Note tone="info">{t(`containers.run.cancelled${purpose.kind === 'recreate' ? '-recreate' : ''}`)}</Note>
      )}
      {error && <ErrorCard error={error} />}
      <div className="buttons buttons-end">
        <Button
          variant="default"
          // Not shut in earnest: it keeps the focus.
          {...(isEnding ? { 'data-disabled': true } : {})}
          aria-disabled={isEnding}
          onClick={cancel}
          data-testid="run-cancel"
        >
          {t('common.cancel')}
        </Button>
        {purpose.kind !== 'recreate' && (
          <Button variant="default" disabled={isBusy} onClick={() => submit(false)} data-testid="run-create">
            {t('containers.run.create')}
          </Button>
        )}
        <Button loading={isBusy} onClick={() => submit(true)} data-testid="run-start">
          {t(purpose.kind === 'recreate' ? 'containers.run.recreate' : 'containers.run.run')}
        </Button>
      </div>
    </Modal.Body>
  );
}

const NO_PROBLEMS: ReadonlySet<never> = new Set();

const watchImages = (client: Client, signal: AbortSignal) => client.images.watch(undefined, { signal });
const idOf = ({ id }: ImageView): string => id;

/** The contract's own arrays are not read-only. */
function sent(spec: RunSpec): RunSpec {
  return structuredClone(spec);
}
