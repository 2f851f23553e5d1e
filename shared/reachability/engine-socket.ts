/** Where engines keep the sockets through which they are commanded. */

const SOCKET = /\/(?:docker|podman|containerd)\.sock$/;
const FOLDERS = new Set([
  '/',
  '/run',
  '/var',
  '/var/run',
  '/run/docker',
  '/run/podman',
  '/run/containerd',
  '/var/run/docker',
  '/var/run/podman',
  '/var/run/containerd',
]);
/** Of an engine that runs without root. */
const USER_FOLDER = /^(?:\/var)?\/run\/user(?:\/\d+(?:\/(?:docker|podman))?)?$/;

export function isSocket(path: string): boolean {
  return SOCKET.test(path);
}

/** The socket itself, or a folder that holds it.  A read-only mount of a socket still lets one connect. */
export function holdsSocket(path: string): boolean {
  return isSocket(path) || FOLDERS.has(path) || USER_FOLDER.test(path);
}
