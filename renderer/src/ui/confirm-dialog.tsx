import { Button, Checkbox, Modal } from '@mantine/core';
import { createContext, useCallback, useContext, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** What is asked before something is lost.  All texts in the user's language. */
export interface Question {
  readonly title: string;
  /** What happens and what will be lost, and what stays. */
  readonly text: string;
  /** Names of what will be lost. */
  readonly losses?: readonly string[];
  /** What the button says: the action itself, never "OK". */
  readonly confirm: string;
  readonly options?: readonly { readonly id: string; readonly label: string; readonly checked?: boolean }[];
}

/** Resolves with the ids of the options that were chosen; with null when the user thought better of it. */
export type Confirm = (question: Question) => Promise<ReadonlySet<string> | null>;

const ConfirmContext = createContext<Confirm | null>(null);

export function useConfirm(): Confirm {
  const confirm = useContext(ConfirmContext);
  if (!confirm) throw new Error('useConfirm needs a ConfirmProvider above it');
  return confirm;
}

/** So many names are listed before the rest is counted. */
const NAMES_SHOWN = 8;

interface Asked {
  readonly question: Question;
  readonly answer: (options: ReadonlySet<string> | null) => void;
}

/** One dialog for all screens; a second question takes the place of the first, which is then answered with no. */
export function ConfirmProvider(props: { readonly children: ReactNode }): ReactElement {
  const [asked, setAsked] = useState<Asked | null>(null);
  const open = useRef<Asked | null>(null);
  const settle = useCallback((options: ReadonlySet<string> | null): void => {
    open.current?.answer(options);
    open.current = null;
    setAsked(null);
  }, []);
  const confirm = useCallback<Confirm>(
    (question) =>
      new Promise((answer) => {
        open.current?.answer(null);
        open.current = { question, answer };
        setAsked(open.current);
      }),
    [],
  );
  return (
    <ConfirmContext value={confirm}>
      {props.children}
      <Modal.Root opened={asked !== null} onClose={() => settle(null)}>
        <Modal.Overlay />
        <Modal.Content>{asked && <QuestionBody question={asked.question} onSettle={settle} />}</Modal.Content>
      </Modal.Root>
    </ConfirmContext>
  );
}

function QuestionBody(props: {
  readonly question: Question;
  readonly onSettle: (options: ReadonlySet<string> | null) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { title, text, losses = [], confirm, options = [] } = props.question;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(options.filter(({ checked }) => checked).map(({ id }) => id)),
  );
  const more = losses.length - NAMES_SHOWN;
  return (
    <Modal.Body className="confirm" data-testid="confirm">
      <Modal.Title className="confirm-title">{title}</Modal.Title>
      <p>{text}</p>
      {losses.length > 0 && (
        <ul className="confirm-losses">
          {losses.slice(0, NAMES_SHOWN).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {more > 0 && <li className="quiet">{t('common.more', { count: more })}</li>}
        </ul>
      )}
      {options.map(({ id, label }) => (
        <Checkbox
          key={id}
          label={label}
          checked={chosen.has(id)}
          onChange={(event) => {
            const next = new Set(chosen);
            if (event.currentTarget.checked) next.add(id);
            else next.delete(id);
            setChosen(next);
          }}
        />
      ))}
      <div className="buttons buttons-end">
        <Button variant="default" onClick={() => props.onSettle(null)} data-autofocus>
          {t('common.cancel')}
        </Button>
        <Button color="red" onClick={() => props.onSettle(chosen)} data-testid="confirm-action">
          {confirm}
        </Button>
      </div>
    </Modal.Body>
  );
}
