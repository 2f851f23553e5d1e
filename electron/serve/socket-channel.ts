/** A channel over a WebSocket. */
import type { WebSocket } from 'ws';
import type { Channel } from '../bridge/index.ts';

export function channelOfSocket(socket: WebSocket): Channel {
  return {
    send: (message) => socket.send(message),
    onMessage: (listener) => {
      socket.on('message', (data, isBinary) => {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
        listener(isBinary ? bytes : bytes.toString('utf8'));
      });
    },
    onClose: (listener) => socket.once('close', () => listener()),
  };
}
