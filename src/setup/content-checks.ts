import { ContentReader } from '../breadcrumbs/content-reader.ts';
import { asFailure } from '../breadcrumbs/gather.ts';
import { type ParsedLink, parseLink } from '../breadcrumbs/link.ts';
import { listedKeys, type MappedKey, mappedKeys } from '../breadcrumbs/resource.ts';
import { failureIn } from '../errors/failure.ts';
import type { Gate } from '../http/host-gate.ts';
import { OneTry } from '../http/one-try.ts';
import type { Settings } from '../settings/schema.ts';
import type { Finding } from './checks.ts';
import { type CheckContext, failed, missing, said, stopwatch, tell, waits } from './finding.ts';

const names = ['content_permission', 'content_reachable', 'signed_in', 'test_link'] as const;
const notBefore = { content_reachable: waits, signed_in: waits, test_link: waits };

/** The checks of the content API. They need no token, and no tracker. */
export async function checkContent(context: CheckContext): Promise<void> {
  const { settings, wanted, isAllowed } = context;
  if (!names.some((name) => wanted.has(name))) return;
  if (settings.contentUrl === '') {
    tell(context, { content_permission: missing('contentUrl'), ...notBefore });
    return;
  }
  const timed = stopwatch();
  const isPermitted = await isAllowed(settings.contentUrl);
  const { hostname } = new URL(settings.contentUrl);
  const permission = isPermitted
    ? said('good', 'allowed', hostname)
    : failed({ code: 'content_permission_missing', details: [hostname] });
  tell(context, { content_permission: timed(permission) });
  if (!isPermitted) tell(context, notBefore);
  else await ask(context);
}

async function ask(context: CheckContext): Promise<void> {
  const { testLink } = context.settings;
  const parsed = parseLink(testLink);
  if (parsed !== null) return followLink(context, parsed);
  await knock(context);
  const finding =
    testLink === ''
      ? said('untold', 'link_missing')
      : failed({ code: 'link_not_recognised', details: [testLink.slice(0, 200)] });
  tell(context, { test_link: finding });
}

const answers = said('good', 'answers');
const signInUntold = said('untold', 'sign_in_untold');

/** Without a link nothing is known that could be read: the base address has to do. */
async function knock(context: CheckContext): Promise<void> {
  const { contentUrl, contentTimeoutSeconds } = context.settings;
  const timed = stopwatch();
  const outcome = await new OneTry().knock(`${contentUrl}/`, 'include', contentTimeoutSeconds);
  if (typeof outcome === 'string') {
    const finding = failed({ code: 'content_unavailable', details: [`reason_${outcome}`] });
    tell(context, { content_reachable: timed(finding), signed_in: waits });
    return;
  }
  const isSignedOut =
    outcome.kind === 'redirect' || (outcome.kind === 'answer' && outcome.status === 401);
  tell(context, {
    content_reachable: timed(answers),
    signed_in: isSignedOut ? timed(signedOut(contentUrl)) : signInUntold,
  });
}

function signedOut(contentUrl: string): Finding {
  return failed({ code: 'content_login_required', details: [new URL(contentUrl).host] });
}

async function followLink(context: CheckContext, link: ParsedLink): Promise<void> {
  const { contentUrl, contentTimeoutSeconds } = context.settings;
  const timed = stopwatch();
  let isAnswered = false;
  const tellAnswered = (signedIn: Finding) => {
    isAnswered = true;
    tell(context, { content_reachable: timed(answers), signed_in: timed(signedIn) });
  };
  const tellLink = (finding: Finding) => tell(context, { test_link: timed(finding) });
  const gate = new OneTry();
  const send: Gate['send'] = async (request, options) => {
    const outcome = await gate.send(request, options);
    if (!isAnswered && outcome.kind === 'answer' && outcome.status !== 401) {
      // Where the login is over, some answer 403 to everything; a 404 that is a page may be any server's.
      const isSignedIn = outcome.status !== 403 && outcome.json !== undefined;
      tellAnswered(isSignedIn ? said('good', 'signed_in') : signInUntold);
    }
    return outcome;
  };
  const content = new ContentReader({
    url: contentUrl,
    timeoutMs: contentTimeoutSeconds * 1000,
    gate: { send },
    // Nobody asks what was answered when.
    tick: () => 0,
  });
  try {
    const gathered = await content.gather(link, wantedKeys(context.settings), '');
    // An answer that is too large is read by nobody, but it is an answer, and no login page.
    if (!isAnswered) tellAnswered(said('good', 'signed_in'));
    if (gathered.kind === 'failure') {
      const { code, resource } = gathered.failure;
      // Where not even what the link names is there, the API may be at another address.
      const isLost = code === 'resource_not_found' && resource.type === link.resource.type;
      return tellLink(isLost ? said('bad', 'link_lost') : failed(asFailure(gathered.failure)));
    }
    const { breadcrumbs } = gathered;
    context.tell({ breadcrumbs });
    tellLink(said('good', 'link_good', String(Object.keys(breadcrumbs).length)));
  } catch (error) {
    const failure = failureIn(error);
    const finding = timed(failed(failure));
    if (failure.code === 'content_login_required') {
      tellAnswered(signedOut(contentUrl));
      tell(context, { test_link: waits });
    } else {
      tell(
        context,
        isAnswered ? { test_link: finding } : { ...notBefore, content_reachable: finding },
      );
    }
  }
}

/** The mapped keys; while none is mapped, all that could be. */
function wantedKeys(settings: Settings): MappedKey[] {
  const mapped = mappedKeys(settings);
  return mapped.length > 0 ? mapped : listedKeys(settings.fieldMapping);
}
