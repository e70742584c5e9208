import * as z from 'zod/mini';
import { isTime } from './shape.ts';

/** A time that comes from where all is parsed with zod. */
export const timeSchema = z.number().check(z.refine(isTime));
