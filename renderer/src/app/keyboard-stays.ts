/**
 * Sees to it that the keyboard is never nowhere: when what had it goes (a dialog that closes, a row that was removed, a screen that
 * was left), it goes on nearby instead of at the page's beginning.
 */

/** Dialogs give the keyboard back by themselves, a moment after they have gone: theirs is the better place (ms). */
const SETTLE_MS = 60;
/** So far back it is looked for somebody who had the keyboard before and is still there. */
const REMEMBERED = 8;

interface Holder {
  readonly element: Element;
  /** What it was in, from the inside out. */
  readonly around: readonly Element[];
}

/** Begins; returns the way to stop. */
export function keepKeyboard(): () => void {
  let holders: readonly Holder[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const onFocus = ({ target }: FocusEvent): void => {
    if (!(target instanceof Element)) return;
    holders = [holderOf(target), ...holders.filter(({ element }) => element !== target)].slice(0, REMEMBERED);
  };
  const settle = (): void => {
    timer = undefined;
    if (isNowhere()) placeFor(holders)?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(() => {
    const [last] = holders;
    if (!last || last.element.isConnected || !isNowhere()) return;
    clearTimeout(timer);
    timer = setTimeout(settle, SETTLE_MS);
  });
  document.addEventListener('focusin', onFocus);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', onFocus);
    observer.disconnect();
    clearTimeout(timer);
  };
}

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function holderOf(element: Element): Holder {
  const around: Element[] = [];
  for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
    around.push(parent);
  }
  return { element, around };
}

/** What is left around the last holder and can have the keyboard; else whoever had it before; else the content. */
function placeFor([last, ...before]: readonly Holder[]): HTMLElement | null {
  const nearby = last?.around.find((one) => one.isConnected && one.hasAttribute('tabindex'));
  const earlier = before.find(({ element }) => element.isConnected && element.checkVisibility())?.element;
  const place = nearby ?? earlier ?? document.getElementById('main');
  return place instanceof HTMLElement ? place : null;
}
