import type { ItemHead, RunEntry } from '../activity/entries.ts';
import type { LogLine } from '../activity/log.ts';
import type { Settings } from '../settings/schema.ts';
import type { Token } from '../settings/store.ts';
import type { QueueStatus, Run, State } from '../status/status.ts';
import { redactAll } from './redact.ts';

/** All that a support bundle is made from. */
export interface BundleParts {
  readonly madeAt: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: Settings;
  readonly token: Token;
  readonly state: State;
  readonly run: Run | null;
  readonly queues: readonly QueueStatus[];
  readonly alarms: readonly unknown[];
  readonly permissions: unknown;
  readonly runs: readonly RunEntry[];
  readonly items: readonly ItemHead[];
  readonly log: readonly LogLine[];
}

/**
 * What somebody who helps needs to see, as text that a person can read through. What people wrote
 * (values of fields, texts of items) is not part of it; what servers said is, redacted.
 */
export function supportBundle(parts: BundleParts): string {
  const { madeAt, settings, token, queues, items, runs, log, ...others } = parts;
  const bundle = {
    format: 'breadcrumbs-support',
    madeAt: timeOf(madeAt),
    ...others,
    settings,
    // That there is one, and for which host, is what goes wrong with it.
    token: token === null ? null : { origin: token.origin },
    queues: queues.map(({ deferred, ...queue }) => ({
      ...queue,
      deferred: deferred.map(({ itemId, issueKey, failure }) => ({ itemId, issueKey, failure })),
    })),
    runs: runs.map((run) => ({
      ...run,
      startedAt: timeOf(run.startedAt),
      endedAt: timeOf(run.endedAt),
    })),
    items: items.map(({ at, runId, queue, itemId, issueKey, outcome, failure, resource }) => ({
      ...{ at: timeOf(at), runId, queue, itemId, issueKey, outcome, failure, resource },
    })),
    log: log.map(({ at, ...line }) => ({ at: timeOf(at), ...line })),
  };
  const secrets = [token?.value ?? '', settings.organisationId];
  return `${JSON.stringify(redactAll(bundle, secrets), null, 2)}\n`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
