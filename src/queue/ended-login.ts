import { pathOf } from '../breadcrumbs/content-answers.ts';
import { parseLink } from '../breadcrumbs/link.ts';
import type { Failure } from '../errors/failure.ts';
import type { HeldFailure } from './brake.ts';
import type { RunContext } from './run-context.ts';

/**
 * What halts a run to which the content API said 403 and nothing else: its login has ended. One
 * answer of another kind in this run says it hasn't (null); so does the link to test with, where it is
 * not refused. Where none is set, one resource alone proves nothing. What was told by an earlier run is
 * the item's own trouble, and as little a proof. The failure names what was refused, and how, for
 * whoever asks later whether it is still.
 * @throws FailureError, LongWaitError where that link can't be asked for.
 */
export async function endedLogin(
  { content, settings }: Pick<RunContext, 'content' | 'settings'>,
  held: readonly HeldFailure[],
): Promise<Failure | null> {
  const doubted = held.filter((one) => one.doubted === 'content');
  const untold = doubted.filter(({ isTold }) => !isTold);
  const isForbidden = doubted.every(({ plan }) => plan.failure.code === 'resource_forbidden');
  if (untold.length === 0 || !isForbidden || content.provenAt > 0) return null;
  const testLink = parseLink(settings.testLink);
  if (testLink === null) {
    const resources = untold.map(({ plan }) => `${plan.resource?.type} ${plan.resource?.id}`);
    if (new Set(resources).size === 1) return null;
  } else {
    const gathered = await content.gather(testLink, [], '');
    const isRefused = gathered.kind === 'failure' && gathered.failure.code === 'resource_forbidden';
    // Another resource may have been answered in the meantime.
    if (!isRefused || content.provenAt > 0) return null;
  }
  const { host } = new URL(settings.contentUrl);
  const refused = testLink?.resource ?? untold[0]?.plan.resource;
  // What `gather` asks of it first.
  const kind = refused?.type === 'lesson' ? 'breadcrumbs' : 'object';
  const probe = refused ? [pathOf({ kind, resource: refused }), '403'] : [];
  return { code: 'content_login_required', details: [host, ...probe] };
}
