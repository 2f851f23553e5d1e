import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A list of things of one kind: one line each, added and taken away. */
export function Rows<Item>(props: {
  readonly title: string;
  readonly add: string;
  readonly items: readonly Item[];
  readonly fresh: NoInfer<Item>;
  readonly error: string | null;
  readonly testId: string;
  readonly onChange: (items: readonly Item[]) => void;
  readonly children: (item: Item, change: (part: Partial<Item>) => void, index: number) => ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { items, onChange } = props;
  return (
    <fieldset className="run-rows" data-testid={props.testId}>
      <legend>{props.title}</legend>
      {items.map((item, index) => (
        <div key={index} className="run-row">
          {props.children(
            item,
            (part) => onChange(items.map((one, at) => (at === index ? { ...one, ...part } : one))),
            index,
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('containers.run.remove-row', { what: props.title, number: index + 1 })}
            onClick={() => onChange(items.filter((_, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      {props.error !== null && (
        <p className="run-error" role="alert">
          {props.error}
        </p>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={14} aria-hidden />}
        data-testid={`${props.testId}-add`}
        onClick={() => onChange([...items, props.fresh])}
      >
        {props.add}
      </Button>
    </fieldset>
  );
}
