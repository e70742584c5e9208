import * as z from 'zod/mini';
import { type Code, codes, kindOf } from './codes.ts';

/** What went wrong, as data: stored, shown and written without its stack. */
export interface Failure {
  readonly code: Code;
  /** Fill the placeholders `$1`, `$2`, … of the code's sentence. Never hold a secret. */
  readonly details: readonly string[];
}

export const failureSchema: z.ZodMiniType<Failure> = z.object({
  code: z.enum(codes),
  details: z.array(z.string()),
});

/** Carries a {@link Failure} up to the place that decides what it costs. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(code: Code, ...details: string[]) {
    super(code);
    this.name = 'FailureError';
    this.failure = { code, details };
  }
}

/** Whether an error is a failure that the same item may well not meet again. */
export function isPassing(error: unknown): boolean {
  return error instanceof FailureError && kindOf(error.failure.code) === 'passing';
}

/** The failure that an error carries; any other error is thrown on. */
export function failureIn(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  throw error;
}

/** The failure of kind **item** that an error carries; any other error is thrown on. */
export function itemFailure(error: unknown): Failure {
  const failure = failureIn(error);
  if (kindOf(failure.code) === 'item') return failure;
  throw error;
}
