import * as z from 'zod/mini';
import { tokenPattern } from './schema.ts';

export const tokenSchema = z.nullable(
  z.object({
    value: z.string().check(z.regex(tokenPattern)),
    /** The tracker's origin that it was entered for; it is sent to no other. */
    origin: z.string().check(z.refine((text) => URL.parse(text)?.origin === text)),
  }),
);

/** The tracker's token; null where there is none. */
export type Token = z.infer<typeof tokenSchema>;
