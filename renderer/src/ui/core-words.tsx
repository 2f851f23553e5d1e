import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsIn } from '../i18n/errors.ts';

/** One sentence of the core, in the reader's language where it is known in it. */
export function CoreWords(props: { readonly text: string }): ReactElement {
  const { i18n } = useTranslation();
  const { text, lang } = wordsIn(i18n, props.text);
  return <span lang={lang}>{text}</span>;
}
