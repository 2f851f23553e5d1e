import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../../shared/contract/compose.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { useReading } from '../../lib/use-live.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PLAIN_UP, upOptions, UpOptionsFields, type UpChoice } from './up-options.tsx';

/** Brings a project up, after it was seen what its files say: labels, which name them, are anybody's to write. */
export function UpDialog(props: { readonly project: ProjectView; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { project } = props;
  const { name } = project;
  const read = useCallback(
    (asked: Client, signal: AbortSignal) => asked.compose.model({ project: name }, { signal }),
    [name],
  );
  const { value: model, error } = useReading(read, name);
  const [chosen, setChosen] = useState<UpChoice | null>(null);
  const choice = chosen ?? { ...PLAIN_UP, profiles: new Set(model?.active) };
  return (
    <FormDialog
      title={t('compose.up.title', { name })}
      submit={t('compose.up.submit')}
      isReady={model !== null && error === null}
      onSubmit={() => client.compose.up({ project: name, ...upOptions(choice) })}
      onClose={props.onClose}
    >
      <p className="quiet">
        {t('compose.up.files')} <code>{project.files.map(({ path }) => path).join(', ') || project.folder || '–'}</code>
      </p>
      <UpOptionsFields model={model} error={error} choice={choice} onChange={setChosen} />
    </FormDialog>
  );
}
