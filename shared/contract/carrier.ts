/**
 * What the page and the core say to each other beneath the contract, on either carrier.
 *
 * Neither carrier lets a sender feel that its reader is slow (a MessagePort never, a WebSocket only when megabytes have
 * piled up), so the reader acknowledges every message and the sender keeps only a few unacknowledged.
 */

/** The reader's acknowledgement of one message.  No message of the protocol looks like it: those are JSON objects. */
export const ACKNOWLEDGED = '+';

/** How many messages the core may have sent that the page has not acknowledged. */
export const WINDOW = 4;

/** The page asks its preload for a port, the preload asks the main process (window message and IPC channel alike). */
export const PORT_WANTED = 'bulkhead:port-wanted';

/** The answer, with the port transferred along. */
export const PORT_HANDED = 'bulkhead:port-handed';

/** Where the WebSocket is, relative to the page. */
export const SOCKET_PATH = 'rpc';
