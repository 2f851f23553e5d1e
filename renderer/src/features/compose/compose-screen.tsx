import { Button } from '@mantine/core';
import { IconBoxMultiple, IconFolderOpen } from '@tabler/icons-react';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../../shared/contract/compose.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import type { Client } from '../../lib/client-context.tsx';
import { goTo } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { askDialog, useAskedDialog } from '../../lib/use-asked-dialog.ts';
import { useLiveRows, useReading } from '../../lib/use-live.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { BY_NAME, ListScreen, Tool } from '../../ui/list-screen.tsx';
import { useProjectColumns } from './columns.tsx';
import { OpenDialog } from './open-dialog.tsx';
import { ProjectPage } from './project-page.tsx';
import { UpDialog } from './up-dialog.tsx';
import { useProjectActions } from './use-project-actions.tsx';
import './compose.css';

/** The one that the address may ask for. */
const ASKED = ['open'] as const;
type About = { readonly kind: 'up'; readonly project: ProjectView };

/** Every Compose project, or the one that the address names. */
export function ComposeScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const [named, tab] = useApp(({ route }) => route).path;
  const live = useLiveRows(watch, nameOf);
  const [round, setRound] = useState(0);
  const tool = useReading(readTool, String(round));
  const [dialog, setDialog, close] = useAskedDialog<(typeof ASKED)[number], About>(ASKED);
  const onUp = useCallback((project: ProjectView) => setDialog({ kind: 'up', project }), [setDialog]);
  // Until it is known that there is none, there is one: most have it.
  const usable = tool.value?.found !== null;
  const actions = useProjectActions(onUp, usable);
  const columns = useProjectColumns();
  const absent = tool.value?.error ?? null;
  return (
    <ListScreen
      {...live}
      id="compose"
      Icon={IconBoxMultiple}
      stale={stale}
      named={named}
      page={(name, rows) => {
        const project = rows.find((one) => one.name === name);
        if (!project) return null;
        return <ProjectPage key={name} project={project} tab={tab} actions={actions} usable={usable} stale={stale} />;
      }}
      notice={absent && <Absent error={absent} isReading={tool.isReading} onAgain={() => setRound(round + 1)} />}
      rowId={nameOf}
      rowName={nameOf}
      rowData={dataOf}
      columns={columns}
      actions={actions}
      initialSort={BY_NAME}
      onOpen={open}
      count={({ length }) => t('compose.count', { count: length })}
      tools={
        <Tool
          primary
          Icon={IconFolderOpen}
          label={t('compose.open.button')}
          testId="open-file"
          disabled={stale || !usable}
          onClick={() => askDialog('open')}
        />
      }
    >
      {dialog?.kind === 'open' && usable && <OpenDialog onClose={close} />}
      {dialog?.kind === 'up' && <UpDialog project={dialog.project} onClose={close} />}
    </ListScreen>
  );
}

/** This machine has no Compose: what then works, and how to come by one. */
function Absent(props: {
  readonly error: ErrorShape;
  readonly isReading: boolean;
  readonly onAgain: () => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="compose-absent" data-testid="compose-absent">
      <ErrorCard error={props.error}>
        <p>{t('compose.absent.text')}</p>
        <Button size="compact-sm" variant="default" loading={props.isReading} onClick={props.onAgain}>
          {t('compose.absent.again')}
        </Button>
      </ErrorCard>
    </div>
  );
}

const watch = (client: Client, signal: AbortSignal) => client.compose.watch(undefined, { signal });
const readTool = (client: Client, signal: AbortSignal) => client.compose.tool(undefined, { signal });
const nameOf = ({ name }: ProjectView): string => name;
const open = ({ name }: ProjectView): void => goTo('compose', name);
const dataOf = ({ name, running, total }: ProjectView) => ({
  'data-testid': 'compose-row',
  'data-name': name,
  'data-running': String(running),
  'data-total': String(total),
});
