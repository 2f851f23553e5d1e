/** A channel over the main process's end of a MessageChannel. */
import type { Channel } from '../bridge/index.ts';
import { isMessage } from '../bridge/port-channel.ts';
import type { MainPort } from './electron-apis.ts';

export function channelOfMainPort(port: MainPort): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', ({ data }) => {
        if (isMessage(data)) listener(data);
      });
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
  };
}
