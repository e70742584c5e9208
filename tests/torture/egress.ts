import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import { queueWorld, type Simulator, startSimulator } from '../simulator/index.ts';
import { openItems, queueOf, Seat, until, withhold } from './seat.ts';
import type { Result } from './table.ts';

/** Where requests go: to the tracker and the content API, and nowhere else. */

/** Requests of the browsers of all tortures so far, as Playwright sees them. */
const seen = { allowed: 0, elsewhere: new Map<string, number>() };

/** Notes every request of a browser and its worker from now on. */
export function watchRequests({ context }: ExtensionBrowser, simulator: Simulator): void {
  context.on('request', (request) => note(request.url(), simulator, seen));
}

interface Seen {
  allowed: number;
  readonly elsewhere: Map<string, number>;
}

function note(url: string, { trackerUrl, contentUrl }: Simulator, counts: Seen): void {
  const { protocol, origin } = new URL(url);
  // The extension's own files, and what never leaves a page.
  if (!/^(https?|wss?|ftp):$/.test(protocol)) return;
  const isAllowed = [trackerUrl, contentUrl].some((one) => new URL(one).origin === origin);
  if (isAllowed) counts.allowed += 1;
  else counts.elsewhere.set(origin, (counts.elsewhere.get(origin) ?? 0) + 1);
}

const netLogSchema = z.object({
  constants: z.object({ logEventTypes: z.record(z.string(), z.number()) }),
  events: z.array(
    z.object({
      type: z.number(),
      params: z.optional(
        z.object({ url: z.optional(z.string()), initiator: z.optional(z.string()) }),
      ),
    }),
  ),
});

/** What Chromium asks Google for by itself: its log names nobody who set that off. */
function isChromiumsOwn(url: string, initiator: string | undefined): boolean {
  const isOfNobody = initiator === undefined || initiator === 'not an origin';
  return isOfNobody && /(^|\.)google(apis)?\.com$/.test(new URL(url).hostname);
}

/**
 * A run, a recheck, a sign-out and a worker's death, with Chromium's own log of its network: of the
 * browser as a whole, not only of what a debugger is told. Adds what the other tortures saw.
 */
export async function egress({ extension }: { readonly extension?: string }): Promise<Result> {
  const { world } = queueWorld(60, { deferred: 20, repaired: 10, unlinked: 0.2 });
  const items = withhold(world);
  const simulator = await startSimulator({ world, latencyMs: 20 });
  const folder = await mkdtemp(join(tmpdir(), 'breadcrumbs-egress-'));
  const file = join(folder, 'net.json');
  const logged: Seen = { allowed: 0, elsewhere: new Map() };
  let own = 0;
  try {
    const seat = await Seat.open(simulator, {
      browser: {
        args: [`--log-net-log=${file}`],
        ...(extension === undefined ? {} : { extension }),
      },
      processEverySeconds: 30,
    });
    world.replaceItems(queueOf(world), items);
    await seat.tell('process');
    await world.until('a part done', () => openItems(world) < 40);
    await seat.killAndWake();
    await seat.untilQuiet();
    await seat.run('recheck');
    world.signOut();
    await seat.run('process');
    await until('a halt', async () => (await seat.state())?.halt != null, 10_000);
    await (await seat.browser.openPopup()).getByRole('status').waitFor();
    await (await seat.browser.openActivity()).getByRole('heading').first().waitFor();
    await seat.close();
    const log = netLogSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const start = log.constants.logEventTypes.URL_REQUEST_START_JOB;
    for (const { type, params } of log.events) {
      if (type !== start || params?.url === undefined) continue;
      if (isChromiumsOwn(params.url, params.initiator)) own += 1;
      else note(params.url, simulator, logged);
    }
  } finally {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
  const failures = [seen, logged].flatMap(({ elsewhere }) =>
    [...elsewhere].map(([origin, count]) => `${count} requests to ${origin}`),
  );
  const { requests } = simulator;
  if (logged.allowed < requests.count({ side: 'tracker' }) + requests.count({ side: 'content' })) {
    failures.push('Chromium did not log every request that came to the servers');
  }
  return {
    runs: 1,
    figures: {
      'in the log of the network': logged.allowed,
      "Chromium's own": own,
      'in all other tortures': seen.allowed,
      elsewhere: failures.length,
    },
    failures,
  };
}
