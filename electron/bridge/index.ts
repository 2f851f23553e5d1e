/** The bridge's front door: answers the contract on any number of channels. */
import { RPCHandler } from '@orpc/server/ws';
import type { Core } from '../app/core.ts';
import { paced, type Channel } from './channel.ts';
import { createRouter } from './router.ts';
import { isWellFormed } from './well-formed.ts';

export type { Channel, Message } from './channel.ts';

export interface Bridge {
  /** Answers on this channel until it closes; then every stream it had stops at its source. */
  connect(channel: Channel): void;
}

export function createBridge(core: Core): Bridge {
  const handler = new RPCHandler(createRouter(core));
  return { connect: (channel) => void handler.upgrade(asSocket(channel)) };
}

/**
 * Both carriers go through oRPC's WebSocket adapter: it awaits `send`, which is what paces the streams (its MessagePort
 * adapter does not).  It uses these two members of a socket and nothing else.
 */
function asSocket(channel: Channel): Parameters<RPCHandler<Record<never, never>>['upgrade']>[0] {
  const pacing = paced(channel);
  const socket = {
    send: (message: string | Uint8Array) => pacing.send(message),
    addEventListener: (type: string, listener: (event: { readonly data?: unknown }) => void) => {
      // What is no message gets no answer: a page of ours sends none.
      if (type === 'message') pacing.onMessage((data) => isWellFormed(data) && listener({ data }));
      if (type === 'close') pacing.onClose(() => listener({}));
    },
  };
  return socket as unknown as ReturnType<typeof asSocket>;
}
