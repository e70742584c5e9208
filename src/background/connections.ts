import { ContentReader } from '../breadcrumbs/content-reader.ts';
import { parseLink } from '../breadcrumbs/link.ts';
import { HostGate, type HostGateOptions } from '../http/host-gate.ts';
import type { KnownPace } from '../http/pace.ts';
import type { RunContext } from '../queue/run-context.ts';
import type { Settings } from '../settings/schema.ts';
import type { Host } from '../status/status.ts';
import { type Habits, TrackerClient } from '../tracker/client.ts';
import type { FetchedListener } from './fetched-feed.ts';

/** What is told about a host's requests. */
export type Onlooker = Pick<HostGateOptions, 'onWait' | 'onSend' | 'onOutcome'>;

/** The two services' clients for one run, each with a gate of its own. */
export function connect(
  settings: Settings,
  token: string,
  habits: Habits,
  paces: Readonly<Partial<Record<Host, KnownPace | undefined>>>,
  onlooker: (host: Host) => Onlooker,
  onFetched: FetchedListener,
): Pick<RunContext, 'tracker' | 'content' | 'gates' | 'tick'> {
  const ofContent = onlooker('content');
  const gates = {
    tracker: new HostGate({ pace: paces.tracker, ...onlooker('tracker') }),
    content: new HostGate({
      pace: paces.content,
      ...ofContent,
      onOutcome(request, outcome, span) {
        ofContent.onOutcome?.(request, outcome, span);
        onFetched(request, outcome);
      },
    }),
  };
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    return ticks;
  };
  const tracker = new TrackerClient({ settings, token, gate: gates.tracker, habits });
  const content = new ContentReader({
    url: settings.contentUrl,
    timeoutMs: settings.contentTimeoutSeconds * 1000,
    gate: gates.content,
    tick,
    testLink: parseLink(settings.testLink),
  });
  return { tracker, content, gates, tick };
}
