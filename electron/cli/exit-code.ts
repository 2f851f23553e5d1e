/** What a failure is to whoever called the command (DESIGN §6). */
import { BulkheadError, type ErrorShape } from '../../shared/errors.ts';
import { UsageError } from './arguments.ts';
import { EXIT } from './terminal.ts';

export function exitCode(thrown: unknown, { code }: ErrorShape): number {
  if (thrown instanceof UsageError) return EXIT.usage;
  if (!(thrown instanceof BulkheadError)) return EXIT.mismatch;
  if (code === 'CANNOT_ENFORCE' || code === 'HELPER_FAILED') return EXIT.cannotEnforce;
  if (code.startsWith('ENGINE_') && code !== 'ENGINE_REFUSED' && code !== 'ENGINE_BUSY') return EXIT.unreachable;
  if (code === 'BAD_INPUT' || code === 'NOT_FOUND' || code === 'AMBIGUOUS') return EXIT.usage;
  return EXIT.mismatch;
}
