/** Answered at once, before anything is loaded; a page that gets no answer in 500 ms says so. */
export const ping = { type: 'ping' } as const;

/** Whether a message is a ping. It is looked at before the worker has loaded what parses commands. */
export function isPing(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === ping.type
  );
}
