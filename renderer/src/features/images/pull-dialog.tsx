import { Badge, Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundImage } from '../../../../shared/contract/images.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { parseReference } from '../../../../shared/images/reference.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** Which image, perhaps found by a word of its name. */
export function PullDialog(props: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [name, setName] = useState('');
  const [platform, setPlatform] = useState('');
  const [found, setFound] = useState<readonly FoundImage[] | null>(null);
  const [isFinding, setFinding] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const reference = parseReference(name);
  const isReady = reference !== null;
  const registry = reference?.registry ?? 'docker.io';
  const find = async (): Promise<void> => {
    setFinding(true);
    setError(null);
    try {
      setFound(await client.images.search({ term: name.trim() }));
    } catch (thrown) {
      setError(errorOf(thrown));
    }
    setFinding(false);
  };
  return (
    <FormDialog
      title={t('images.pull.title')}
      submit={t('images.pull.submit')}
      isReady={isReady}
      onSubmit={() =>
        client.images.pull({ reference: name.trim(), ...(platform.trim() ? { platform: platform.trim() } : {}) })
      }
      onClose={props.onClose}
    >
      <TextInput
        label={t('images.pull.name')}
        description={t('images.pull.name-hint')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        data-testid="pull-name"
        spellCheck={false}
      />
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconSearch size={15} aria-hidden />}
          loading={isFinding}
          disabled={!name.trim()}
          data-testid="pull-find"
          onClick={() => void find()}
        >
          {registry === 'docker.io' ? t('images.pull.find') : t('images.pull.find-in', { registry })}
        </Button>
      </div>
      {error && <ErrorCard error={error} />}
      {found?.length === 0 && <p className="quiet">{t('images.pull.nothing')}</p>}
      {found && found.length > 0 && (
        <ul className="found" aria-label={t('images.pull.found')} data-testid="pull-found">
          {found.map((one) => (
            <li key={one.name}>
              <button
                type="button"
                aria-label={t('images.pull.choose', { name: one.name })}
                aria-pressed={one.name === name}
                data-found={one.name}
                onClick={() => setName(one.name)}
              >
                <span>
                  <strong>{one.name}</strong> {one.official && <Badge size="xs">{t('images.pull.official')}</Badge>}{' '}
                  <span className="quiet" title={t('images.pull.stars', { count: one.stars })}>
                    ★ {one.stars}
                  </span>
                </span>
                <span className="quiet">{one.description}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextInput
        label={t('images.pull.platform')}
        description={t('images.pull.platform-hint')}
        placeholder="linux/arm64"
        value={platform}
        onChange={(event) => setPlatform(event.currentTarget.value)}
        spellCheck={false}
      />
    </FormDialog>
  );
}
