import { ContentReader, type ContentReaderOptions } from '../breadcrumbs/content-reader.ts';
import { parseLink } from '../breadcrumbs/link.ts';
import { HostGate, type HostGateOptions, type HostWait } from '../http/host-gate.ts';
import type { KnownPace } from '../http/pace.ts';
import type { RunContext } from '../queue/run-context.ts';
import type { Settings } from '../settings/schema.ts';
import type { Host } from '../status/status.ts';
import { type Habits, TrackerClient } from '../tracker/client.ts';

type Tried = NonNullable<HostGateOptions['onOutcome']>;

/** What is told about the requests of a run. */
export interface Onlooker {
  readonly onWait: (host: Host, wait: HostWait | null) => void;
  readonly onSend: () => void;
  readonly onOutcome?: (host: Host, ...tried: Parameters<Tried>) => void;
  readonly onFetched?: ContentReaderOptions['onFetched'];
}

/** The two services' clients for one run, each with a gate of its own. */
export function connect(
  settings: Settings,
  token: string,
  habits: Habits,
  paces: Readonly<Partial<Record<Host, KnownPace | undefined>>>,
  { onWait, onSend, onOutcome, onFetched }: Onlooker,
): Pick<RunContext, 'tracker' | 'content' | 'gates' | 'tick'> {
  const gate = (host: Host) =>
    new HostGate({
      ...(paces[host] === undefined ? {} : { pace: paces[host] }),
      onWait: (wait) => onWait(host, wait),
      onSend,
      onOutcome: (...tried) => onOutcome?.(host, ...tried),
    });
  const gates = { tracker: gate('tracker'), content: gate('content') };
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
    ...(onFetched === undefined ? {} : { onFetched }),
  });
  return { tracker, content, gates, tick };
}
