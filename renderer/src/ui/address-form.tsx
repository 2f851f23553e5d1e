import { Button, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Any address `--engine` takes; connects to it unless told otherwise. */
export function AddressForm(props: {
  readonly onSubmit: (address: string) => void;
  readonly label?: string;
  readonly action?: string;
}): ReactElement {
  const { t } = useTranslation();
  const [address, setAddress] = useState('');
  return (
    <form
      className="address-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (address.trim() === '') return;
        props.onSubmit(address.trim());
        setAddress('');
      }}
    >
      <TextInput
        size="sm"
        aria-label={props.label ?? t('engine.other')}
        placeholder="unix:///…  tcp://…  ssh://…"
        value={address}
        maxLength={1024}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Button size="sm" variant="default" type="submit" disabled={address.trim() === ''}>
        {props.action ?? t('engine.connect')}
      </Button>
    </form>
  );
}
