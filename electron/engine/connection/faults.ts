/** Everything that can go wrong on the way to an engine, as errors that say what to do next. */
import { PERMISSION_HINTS, permissionWay } from '../../../shared/engine/permission.ts';
import { BulkheadError, type ErrorCode, type ErrorShape } from '../../../shared/errors.ts';

/** The engine answered, and the answer was no. */
export class RefusalError extends BulkheadError {
  readonly status: number;

  constructor(status: number, shape: ErrorShape) {
    super(shape);
    this.name = 'RefusalError';
    this.status = status;
  }
}

/** @param reason the engine's own words. */
export function refusal(status: number, reason: string): RefusalError {
  const message = reason.trim() || `The engine answered with status ${status}.`;
  return new RefusalError(status, { ...verdictOn(status, message), message });
}

/** Whether it says what to do by what was said: of programs that failed beside an engine, its log knows nothing. */
export function hasOwnHint({ hint }: BulkheadError): boolean {
  return !hint.startsWith("The engine's log");
}

/** What engines say, and what to do then; the first that fits. */
const KNOWN_REFUSALS: readonly { readonly said: RegExp; readonly code?: ErrorCode; readonly hint: string }[] = [
  { said: /no space left on device|disk quota exceeded/i, hint: 'Free space on the machine: remove what is unused.' },
  {
    said: /port is already allocated|address already in use|failed to bind host port/i,
    hint: 'Stop whatever uses that port, or publish another one.',
  },
  {
    said: /container name "?.*"? is already in use|name .* is already in use/i,
    code: 'BAD_INPUT',
    hint: 'Choose another name, or remove the container that has it.',
  },
  {
    said: /no command specified/i,
    code: 'BAD_INPUT',
    hint: 'The image has no command of its own: say which to run.',
  },
  { said: /Invalid container name/i, code: 'BAD_INPUT', hint: 'Letters, digits, and "_", "." or "-" after the first.' },
  { said: /No such image/i, code: 'NOT_FOUND', hint: 'Pull it first, or check its name.' },
  { said: /invalid reference format/i, code: 'BAD_INPUT', hint: 'An image is called name:tag, in lower case.' },
  {
    said: /dockerfile parse error|failed to parse dockerfile|unknown instruction|cannot locate specified dockerfile|no build stage/i,
    code: 'BAD_INPUT',
    hint: 'Correct the Dockerfile and build again.',
  },
  {
    said: /requires? BuildKit|--(?:mount|security|network) option|unknown flag: (?:mount|link|parents|chmod)/i,
    code: 'BAD_INPUT',
    hint: 'This Dockerfile needs BuildKit: install docker-buildx (the package docker-buildx-plugin or docker-buildx, or Docker Desktop), then build again.',
  },
  {
    said: /unauthorized|authentication required|incorrect username or password|no basic auth credentials|pull access denied|push access denied|denied: requested access/i,
    code: 'ENGINE_REFUSED',
    hint: 'Check the name; if it is private, log in to its registry with docker login and try again.',
  },
  {
    said: /manifest .*unknown|manifest for .* not found|name unknown|repository .* not found/i,
    code: 'NOT_FOUND',
    hint: 'Check the name and the tag: the registry has no such image.',
  },
  {
    said: /(?:Get|Head|Post|Put|Patch) "?https?:.*(?:no such host|connection refused|i\/o timeout|deadline exceeded|server misbehaving|no route to host|unreachable)/i,
    hint: "The engine's machine cannot reach that registry: check its name, and the way there (proxy, VPN).",
  },
  {
    // What a registry of today answers to the engine's search.
    said: /unexpected status code 404|invalid registry endpoint .*\/v1\/.*404/i,
    hint: 'That registry cannot be searched: type the whole name of the image instead.',
  },
  {
    said: /server gave HTTP response to HTTPS client|certificate signed by unknown authority/i,
    hint: "The engine does not trust that registry: see insecure-registries, or certificates, in the engine's settings.",
  },
  {
    said: /unexpected EOF|invalid tar header|archive\/tar|not a valid tar|invalid archive|error processing tar file|docker-import-.*no such file or directory|layers? .*does not exist/i,
    code: 'BAD_INPUT',
    hint: 'The file is no archive of that kind, or is cut short: choose another one.',
  },
  {
    said: /network with name .* already exists/i,
    code: 'BAD_INPUT',
    hint: 'Choose another name, or remove the network that has it.',
  },
  {
    said: /pool overlaps|overlaps with other|conflicts with network/i,
    code: 'BAD_INPUT',
    hint: 'Another network has addresses of that subnet: choose another subnet.',
  },
  {
    said: /failed to allocate gateway|invalid (?:subnet|pool|cidr|address|gateway|network config|endpoint settings|option)|no matching subnet|not contained in|subnet .* (?:invalid|not)/i,
    code: 'BAD_INPUT',
    hint: 'Check the subnet, the gateway and the address: 10.5.0.0/24, 10.5.0.1.',
  },
  {
    said: /address already in use|failed to allocate .*address/i,
    hint: 'Another container has that address: choose another one.',
  },
  { said: /has active endpoints/i, hint: 'Disconnect its containers first.' },
  { said: /volume is in use|volume name .* in use/i, hint: 'Remove the containers that use it first.' },
  {
    said: /volume name is too short|includes invalid characters for a local volume name/i,
    code: 'BAD_INPUT',
    hint: 'Letters, digits, and "_", "." or "-" after the first; two at least.',
  },
  {
    said: /mount path must be absolute|invalid mount path/i,
    code: 'BAD_INPUT',
    hint: 'Paths in a container begin with /.',
  },
];

function verdictOn(status: number, reason: string): Omit<ErrorShape, 'message'> {
  if (/HTTP request to an HTTPS server/i.test(reason)) {
    return { code: 'ENGINE_TLS', hint: 'This engine wants TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.' };
  }
  const known = KNOWN_REFUSALS.find(({ said }) => said.test(reason));
  if (known) return { code: known.code ?? 'ENGINE_REFUSED', hint: known.hint };
  if (status === 404) return { code: 'NOT_FOUND', hint: 'It may have been removed meanwhile.' };
  if (status === 401 || status === 403) {
    return { code: 'ENGINE_PERMISSION', hint: 'Something in front of this engine forbids the request.' };
  }
  if (status === 400) return { code: 'BAD_INPUT', hint: '' };
  if (status === 409) return conflict(reason);
  if (status === 503) return { code: 'ENGINE_BUSY', hint: 'Try again in a moment.' };
  return { code: 'ENGINE_REFUSED', hint: "The engine's log says more." };
}

function conflict(reason: string): Omit<ErrorShape, 'message'> {
  if (/already in progress/i.test(reason)) return { code: 'ENGINE_BUSY', hint: 'Wait until that has ended.' };
  if (/is paused|unpause/i.test(reason)) return { code: 'ENGINE_REFUSED', hint: 'Resume the container first.' };
  if (/not running|is stopped/i.test(reason)) return { code: 'ENGINE_REFUSED', hint: 'Start the container first.' };
  if (/running container|stop the container/i.test(reason)) {
    return { code: 'ENGINE_REFUSED', hint: 'Stop it first, or remove it with force.' };
  }
  return { code: 'ENGINE_REFUSED', hint: 'Its present state does not allow this.' };
}

/** A failure below HTTP: no socket, no permission, no TLS, nobody there. */
export function connectionFault(address: string, thrown: unknown): BulkheadError {
  if (thrown instanceof BulkheadError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const fault = (errorCode: ErrorCode, message: string, hint: string): BulkheadError =>
    new BulkheadError({ code: errorCode, message, hint }, { cause: error });
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return fault(
      'ENGINE_ABSENT',
      `There is no engine at ${address}.`,
      'Start Docker (or Podman, Colima, OrbStack, Rancher Desktop), or choose another engine.',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return fault(
      'ENGINE_PERMISSION',
      `You may not use the engine at ${address}.`,
      PERMISSION_HINTS[permissionWay(process.platform, address)],
    );
  }
  if (isTlsCode(code)) {
    return fault(
      'ENGINE_TLS',
      `No trusted connection to ${address}: ${error.message}`,
      'Check the certificates of this engine: DOCKER_CERT_PATH, or those of the docker context.',
    );
  }
  return fault(
    'ENGINE_UNREACHABLE',
    `The engine at ${address} does not answer${reasonOf(code, error)}.`,
    hintOf(address, code),
  );
}

function isTlsCode(code: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/.test(code) ||
    code === 'EPROTO' ||
    code === 'INVALID_CA' ||
    code === 'HOSTNAME_MISMATCH'
  );
}

function reasonOf(code: string, error: Error): string {
  if (code === 'ECONNREFUSED') return ': nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ': its name is not known';
  if (code === 'ETIMEDOUT' || code === TIMED_OUT) return ' in time';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return ': it closed the connection';
  return error.message === '' ? '' : `: ${error.message}`;
}

function hintOf(address: string, code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Check the name of the machine.';
  if (address.startsWith('unix:') || address.startsWith('npipe:'))
    return 'The engine has stopped or is starting: start it, or wait.';
  return 'Check that the machine is on, that its engine runs, and that no firewall is between.';
}

const TIMED_OUT = 'BULKHEAD_TIMEOUT';

/** What our own timer throws. */
export function timeoutFault(address: string): BulkheadError {
  return connectionFault(address, Object.assign(new Error('timeout'), { code: TIMED_OUT }));
}

export function cancelled(): BulkheadError {
  return new BulkheadError({ code: 'CANCELLED', message: 'Cancelled.', hint: '' });
}

/** Whether the engine (not the request) is the trouble, so that the way to it must be made anew. */
export function isConnectionFault(thrown: unknown): boolean {
  return (
    thrown instanceof BulkheadError &&
    !(thrown instanceof RefusalError) &&
    (thrown.code === 'ENGINE_UNREACHABLE' ||
      thrown.code === 'ENGINE_ABSENT' ||
      thrown.code === 'ENGINE_PERMISSION' ||
      thrown.code === 'ENGINE_TLS')
  );
}
