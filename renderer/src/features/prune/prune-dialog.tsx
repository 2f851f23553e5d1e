import { Loader, Radio } from '@mantine/core';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PrunePreview } from '../../../../shared/contract/images.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { useReading } from '../../lib/use-live.ts';
import { bytesWords } from '../../lib/words.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Note } from '../../ui/note.tsx';

export type Pruned = 'images' | 'networks' | 'volumes';

/** Shows what would go, and how much room that makes, before it goes: exactly that, and nothing that is unused since. */
export function PruneDialog(props: { readonly what: Pruned; readonly onClose: () => void }): ReactElement {
  const { t, i18n } = useTranslation();
  const { what } = props;
  const client = useClient();
  const [all, setAll] = useState(false);
  const read = useCallback(
    (from: Client, signal: AbortSignal): Promise<PrunePreview> =>
      what === 'networks'
        ? from.networks.prunePreview(undefined, { signal })
        : from[what].prunePreview({ all }, { signal }),
    [what, all],
  );
  const { value, error, isReading } = useReading(read, `${what} ${all}`);
  const items = value && !isReading ? value.items : [];
  return (
    <FormDialog
      title={t(`prune.title.${what}`)}
      submit={t('prune.submit', { count: items.length })}
      danger
      isReady={items.length > 0}
      onSubmit={() => client[what].prune({ ids: items.map(({ id }) => id) })}
      onClose={props.onClose}
    >
      {what !== 'networks' && (
        <Radio.Group
          label={t('prune.scope')}
          value={all ? 'all' : 'some'}
          onChange={(scope) => setAll(scope === 'all')}
        >
          <Radio value="some" label={t(`prune.some.${what}`)} mt={6} />
          <Radio value="all" label={t(`prune.all.${what}`)} mt={6} />
        </Radio.Group>
      )}
      {isReading ? (
        <p className="quiet">
          <Loader size="xs" aria-hidden /> {t('prune.reading')}
        </p>
      ) : error ? (
        <ErrorCard error={error} />
      ) : items.length === 0 ? (
        <p>{t('prune.nothing')}</p>
      ) : (
        <>
          <Note tone={what === 'volumes' ? 'bad' : 'info'}>
            {t(`prune.warning.${what}`)}{' '}
            {value && value.bytes > 0 && t('prune.free', { size: bytesWords(i18n.language, value.bytes) })}
          </Note>
          <ul
            className="confirm-losses prune-items"
            aria-label={t('prune.items')}
            data-testid="prune-items"
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- longer than the dialog: the keyboard must reach its end
            tabIndex={0}
          >
            {items.map(({ id, name, size }) => (
              <li key={id}>
                {name} {size !== null && <span className="quiet">{bytesWords(i18n.language, size)}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </FormDialog>
  );
}
