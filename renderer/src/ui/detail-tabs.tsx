import type { TablerIcon } from '@tabler/icons-react';
import type { ReactElement } from 'react';

export interface DetailTabLink {
  readonly id: string;
  /** In the user's language. */
  readonly label: string;
  readonly href: string;
  readonly Icon: TablerIcon;
}

/** The parts of one thing's page, each with an address of its own. */
export function DetailTabs(props: {
  /** What they are parts of, for screen readers. */
  readonly label: string;
  readonly tabs: readonly DetailTabLink[];
  readonly current: string;
}): ReactElement {
  return (
    <nav className="detail-tabs" aria-label={props.label}>
      {props.tabs.map(({ id, label, href, Icon }) => (
        <a key={id} href={href} aria-current={id === props.current ? 'page' : undefined} data-testid={`tab-${id}`}>
          <Icon size={16} aria-hidden /> {label}
        </a>
      ))}
    </nav>
  );
}
