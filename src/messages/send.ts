import browser from 'webextension-polyfill';
import { ping } from './ping.ts';
import type { Command } from './protocol.ts';
import { type Reply, replyShape } from './reply.ts';

/** Sends a command to the worker, waking it where it sleeps. Throws if no worker answers. */
export async function send(command: Command | typeof ping): Promise<Reply> {
  return replyShape(await browser.runtime.sendMessage(command));
}

const silentAfterMs = 500;

/**
 * Whether the worker answers a ping, however late: a cold one, on a busy machine, is slow and not dead.
 * @param onSilence called once, if there was no answer within 500 ms.
 */
export async function isWorkerAnswering(onSilence: () => void): Promise<boolean> {
  const silence = setTimeout(onSilence, silentAfterMs);
  try {
    return (await send(ping)).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(silence);
  }
}
