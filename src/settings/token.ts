import * as z from 'zod/mini';
import { originOf } from './origin.ts';
import { tokenPattern } from './schema.ts';

export const tokenSchema = z.nullable(
  z.object({
    value: z.string().check(z.regex(tokenPattern)),
    /** The tracker's origin that it was entered for; it is sent to no other. */
    origin: z.string().check(z.refine((text) => originOf(text) === text)),
  }),
);

/** The tracker's token; null where there is none. */
export type Token = z.infer<typeof tokenSchema>;

/** Whether two tokens are one, for one tracker. */
export function isSameToken(one: Token, other: Token): boolean {
  return one?.value === other?.value && one?.origin === other?.origin;
}
