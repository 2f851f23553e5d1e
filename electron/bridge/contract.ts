/** The contract ready to be implemented: whatever a procedure throws reaches the page as `BULKHEAD` with its shape. */
import { implement, ORPCError, ValidationError } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import { toErrorShape, type ErrorShape } from '../../shared/errors.ts';

export const procedures = implement(contract).use(async ({ next }) => {
  try {
    return await next();
  } catch (thrown) {
    throw asContractError(thrown);
  }
});

/** The one error of the contract, carrying what is to be shown. */
export function asContractError(thrown: unknown): ORPCError<'BULKHEAD', ErrorShape> {
  const shape = thrown instanceof ORPCError ? ofProtocol(thrown as ORPCError<string, unknown>) : toErrorShape(thrown);
  return new ORPCError('BULKHEAD', { defined: true, message: shape.message, data: shape, cause: thrown });
}

function ofProtocol(error: ORPCError<string, unknown>): ErrorShape {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ValidationError)) return toErrorShape(error);
  const issues = error.cause.issues.map(({ message, path }) => {
    const where = path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.') ?? '';
    return where === '' ? message : `${where}: ${message}`;
  });
  return { code: 'BAD_INPUT', message: issues.join('; '), hint: 'Correct the input and try again.' };
}
