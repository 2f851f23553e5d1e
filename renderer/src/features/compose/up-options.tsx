import { Checkbox, Loader } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComposeModel, UpOptions } from '../../../../shared/contract/compose.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { ErrorCard } from '../../ui/error-card.tsx';

const OPTIONS = ['build', 'recreate', 'pull', 'removeOrphans'] as const;

export type UpChoice = Omit<UpOptions, 'profiles'> & { readonly profiles: ReadonlySet<string> };

export const PLAIN_UP: UpChoice = { profiles: new Set() };

/** As it is asked of the core. */
export function upOptions({ profiles, ...rest }: UpChoice): UpOptions {
  return { ...rest, profiles: [...profiles] };
}

/** What the files say, which profiles are wanted, and how it is brought up. */
export function UpOptionsFields(props: {
  readonly model: ComposeModel | null;
  readonly error: ErrorShape | null;
  readonly choice: UpChoice;
  readonly onChange: (choice: UpChoice) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { model, error, choice, onChange } = props;
  if (error) return <ErrorCard error={error} />;
  if (!model) return <Loader size="sm" role="img" aria-label={t('compose.up.reading')} />;
  const shown = model.services.filter(
    ({ profiles }) => profiles.length === 0 || profiles.some((one) => choice.profiles.has(one)),
  );
  const toggle = (profile: string): void => {
    const profiles = new Set(choice.profiles);
    if (!profiles.delete(profile)) profiles.add(profile);
    onChange({ ...choice, profiles });
  };
  return (
    <>
      <div>
        <p className="quiet">{t('compose.up.services', { name: model.name, count: shown.length })}</p>
        <ul className="compose-services" data-testid="up-services">
          {shown.map(({ name, image, builds }) => (
            <li key={name}>
              <strong>{name}</strong> <span className="quiet">{builds ? t('compose.up.builds') : image}</span>
            </li>
          ))}
        </ul>
      </div>
      {model.profiles.length > 0 && (
        <fieldset className="compose-options">
          <legend>{t('compose.up.profiles')}</legend>
          {model.profiles.map((profile) => (
            <Checkbox
              key={profile}
              label={profile}
              checked={choice.profiles.has(profile)}
              onChange={() => toggle(profile)}
              data-testid={`profile-${profile}`}
            />
          ))}
        </fieldset>
      )}
      <fieldset className="compose-options">
        <legend>{t('compose.up.how')}</legend>
        {OPTIONS.map((option) => (
          <Checkbox
            key={option}
            label={t(`compose.up.option.${option}`)}
            checked={choice[option] ?? false}
            onChange={(event) => onChange({ ...choice, [option]: event.currentTarget.checked })}
            data-testid={`up-${option}`}
          />
        ))}
      </fieldset>
    </>
  );
}
