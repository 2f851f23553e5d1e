import type { ReactElement } from 'react';

/** A rule's number in the specification: small, for those who want to look it up. */
export function RuleTag(props: { readonly rule: string }): ReactElement {
  return <span className="rule-tag">{props.rule}</span>;
}
