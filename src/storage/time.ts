import * as z from 'zod/mini';

/** Milliseconds since 1970 that a `Date` can hold: any other number can't be shown as a time. */
export const timeSchema = z.number().check(z.refine((time) => time >= 0 && time <= 8.64e15));
