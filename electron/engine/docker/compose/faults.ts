/** What Compose complains of, with what to do about it. */
import { BulkheadError, type ErrorCode } from '../../../../shared/errors.ts';
import { hasOwnHint, refusal } from '../../connection/faults.ts';

/** The first that fits; what is the engine's own complaint is known already. */
const KNOWN: readonly { readonly said: RegExp; readonly code: ErrorCode; readonly hint: string }[] = [
  {
    said: /cannot connect to the docker daemon|error during connect|connection refused.*docker\.sock|docker\.sock: connect|unexpected EOF|^EOF$|: EOF$/i,
    code: 'ENGINE_UNREACHABLE',
    hint: 'The engine has gone away meanwhile. What was made so far is there: bring the project up again when it is back.',
  },
  {
    said: /required variable .* is missing|is missing a value/i,
    code: 'BAD_INPUT',
    hint: 'Give that variable a value in the .env file beside the project, or in an environment file.',
  },
  {
    said: /env file .* not found|couldn't find env file/i,
    code: 'NOT_FOUND',
    hint: 'Put that file back, or take it out of the Compose file.',
  },
  {
    said: /no configuration file provided/i,
    code: 'NOT_FOUND',
    hint: 'That folder has no compose.yaml (or docker-compose.yml): name the file itself.',
  },
  {
    said: /no such service/i,
    code: 'NOT_FOUND',
    hint: 'The files do not name it (any more): look at the configuration.',
  },
  {
    said: /declared as external, but could not be found/i,
    code: 'NOT_FOUND',
    hint: 'Somebody else has to make it: create it first, or correct its name in the file.',
  },
  {
    said: /dependency failed to start|didn't complete successfully|is unhealthy|no containers? .*running/i,
    code: 'ENGINE_REFUSED',
    hint: 'Its log says why: open the logs of the project.',
  },
  {
    said: /buildx/i,
    code: 'ENGINE_REFUSED',
    hint: 'Compose needs the buildx plugin of docker for this: install docker-buildx, then try again.',
  },
  {
    said: /no such file or directory|cannot find the (?:file|path)/i,
    code: 'NOT_FOUND',
    hint: 'Put that file back, or open the project from where it is now.',
  },
  {
    said: /yaml|additional propert|must be a|is invalid|invalid (?:compose|spec|interpolation|project|service|type|ip address|container)|not allowed|undefined (?:network|volume|secret|config|service)|depends on undefined|has neither an image nor a build|validating|mapping key|top-level object/i,
    code: 'BAD_INPUT',
    hint: 'Correct the Compose file and try again.',
  },
];

const ANSWERED = /^(?:error response from daemon|Error): /i;

/** @param complaint Compose's own words, `''` where it said nothing */
export function composeFault(complaint: string, code: number | null): BulkheadError {
  const message = complaint || `Compose ended with ${code === null ? 'a signal' : `exit code ${String(code)}`}.`;
  // What the engine answered is explained as the engine's answers are, unless the trouble is on the way to it.
  const engine = refusal(500, message);
  const isAnswer = ANSWERED.test(message);
  const known = KNOWN.find(({ said }) => said.test(message));
  if (known && !(isAnswer && hasOwnHint(engine))) {
    return new BulkheadError({ code: known.code, message, hint: known.hint });
  }
  return hasOwnHint(engine)
    ? new BulkheadError({ code: engine.code, message, hint: engine.hint })
    : new BulkheadError({ code: 'ENGINE_REFUSED', message, hint: '' });
}
