import browser from 'webextension-polyfill';
import type { Command } from './protocol.ts';
import { type Reply, replyShape } from './reply.ts';

/** Sends a command to the worker, waking it where it sleeps. Throws if no worker answers. */
export async function send(command: Command): Promise<Reply> {
  return replyShape(await browser.runtime.sendMessage(command));
}

/** Whether the worker answers a ping within this many milliseconds. */
export function isWorkerAnswering(withinMs = 500): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(resolve, withinMs, false);
    send({ type: 'ping' }).then(
      (reply) => resolve(reply.ok),
      () => resolve(false),
    );
  });
}
