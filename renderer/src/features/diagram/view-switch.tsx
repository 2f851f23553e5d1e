import { SegmentedControl } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { showAs } from '../../lib/route.ts';

/** Matrix or diagram: two faces of the same data.  The address says which. */
export function ViewSwitch(props: { readonly value: 'matrix' | 'diagram' }): ReactElement {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="sm"
      className="view-switch"
      aria-label={t('diagram.switch')}
      data-testid="view-switch"
      value={props.value}
      data={[
        { value: 'matrix', label: t('diagram.view.matrix') },
        { value: 'diagram', label: t('diagram.view.diagram') },
      ]}
      onChange={(value) => showAs(value === 'diagram' ? 'diagram' : 'matrix')}
    />
  );
}
