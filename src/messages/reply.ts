import { flag, record, type Shaped } from '../storage/shape.ts';

/** What a message is answered with: whether it is, or will be, done. */
export const replyShape = record({ ok: flag });
export type Reply = Shaped<typeof replyShape>;
