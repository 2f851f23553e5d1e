/** One connection to one page, whatever carries it. */
import { ACKNOWLEDGED, WINDOW } from '../../shared/contract/carrier.ts';

export type Message = string | Uint8Array;

/** The few things every carrier can do.  Messages arrive whole and in order. */
export interface Channel {
  send(message: Message): void;
  onMessage(listener: (message: Message) => void): void;
  /** Called once, when no more messages can come. */
  onClose(listener: () => void): void;
}

/** A channel whose `send` resolves when the reader is ready for more, so that producers keep the reader's pace. */
export interface PacedChannel {
  /** Resolves once sent, or when nobody is there to be sent to: its streams are ended by the closing itself. */
  send(message: Message): Promise<void>;
  onMessage(listener: (message: Message) => void): void;
  onClose(listener: () => void): void;
}

/** Sends at most `window` messages ahead of the reader's acknowledgements; the rest wait in order. */
export function paced(channel: Channel, window = WINDOW): PacedChannel {
  let free = window;
  let closed = false;
  let waiting: (() => void)[] = [];

  const acknowledged = (): void => {
    // A page that acknowledges what it never got must not widen the window.
    if (free < window) free += 1;
    waiting.shift()?.();
  };
  channel.onClose(() => {
    closed = true;
    const all = waiting;
    waiting = [];
    for (const wake of all) wake();
  });

  return {
    send: async (message) => {
      while (free === 0 && !closed) await new Promise<void>((resolve) => waiting.push(resolve));
      if (closed) return;
      free -= 1;
      channel.send(message);
    },
    onMessage: (listener) => {
      channel.onMessage((message) => {
        if (message === ACKNOWLEDGED) acknowledged();
        else listener(message);
      });
    },
    onClose: (listener) => channel.onClose(listener),
  };
}
