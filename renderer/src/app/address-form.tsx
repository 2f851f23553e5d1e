import { Button, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Any address `--engine` takes. */
export function AddressForm(props: { readonly onSubmit: (address: string) => void }): ReactElement {
  const { t } = useTranslation();
  const [address, setAddress] = useState('');
  return (
    <form
      className="address-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (address.trim() !== '') props.onSubmit(address.trim());
      }}
    >
      <TextInput
        size="sm"
        aria-label={t('engine.other')}
        placeholder="unix:///…  tcp://…  ssh://…"
        value={address}
        maxLength={1024}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Button size="sm" variant="default" type="submit" disabled={address.trim() === ''}>
        {t('engine.connect')}
      </Button>
    </form>
  );
}
