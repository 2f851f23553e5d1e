import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Tool } from '../../ui/list-screen.tsx';

/** Above a list of things that are made by hand and pile up: one more, and away with the unused. @param create the button's words */
export function CreateAndPrune(props: {
  readonly create: string;
  readonly stale: boolean;
  readonly onCreate: () => void;
  readonly onPrune: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { stale } = props;
  return (
    <>
      <Tool primary Icon={IconPlus} label={props.create} testId="create" disabled={stale} onClick={props.onCreate} />
      <Tool Icon={IconTrash} label={t('prune.button')} testId="prune" disabled={stale} onClick={props.onPrune} />
    </>
  );
}
