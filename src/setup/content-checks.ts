import { ContentReader } from '../breadcrumbs/content-reader.ts';
import { failureOf, type WantedKey } from '../breadcrumbs/gather.ts';
import { type ParsedLink, parseLink } from '../breadcrumbs/link.ts';
import type { BreadcrumbKey } from '../breadcrumbs/resource.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import { UnavailableError } from '../http/host-gate.ts';
import { OneTry } from '../http/one-try.ts';
import type { Settings } from '../settings/schema.ts';
import type { CheckName, Finding } from './checks.ts';
import { type CheckContext, failed, said, stopwatch, waits } from './finding.ts';

const names = ['content_permission', 'content_reachable', 'signed_in', 'test_link'] as const;
type ContentCheck = (typeof names)[number];

/** The checks of the content API. They need no token, and no tracker. */
export async function checkContent(context: CheckContext): Promise<void> {
  const { settings, wanted, isAllowed } = context;
  if (!names.some((name) => wanted.has(name))) return;
  if (settings.contentUrl === '') {
    tell(context, {
      content_permission: failed({ code: 'not_configured', details: ['contentUrl'] }),
      ...notBefore,
    });
    return;
  }
  const watch = stopwatch();
  const isPermitted = await isAllowed(settings.contentUrl);
  const { hostname } = new URL(settings.contentUrl);
  const refused: Failure = { code: 'content_permission_missing', details: [hostname] };
  const permission = isPermitted ? said('good', 'allowed', hostname) : failed(refused);
  tell(context, { content_permission: { ...permission, ms: watch() } });
  if (!isPermitted) tell(context, notBefore);
  else await ask(context);
}

const notBefore = { content_reachable: waits, signed_in: waits, test_link: waits };

function tell({ wanted, tell }: CheckContext, findings: Partial<Record<ContentCheck, Finding>>) {
  const told = Object.entries(findings).filter(([name]) => wanted.has(name as CheckName));
  tell({ checks: Object.fromEntries(told) });
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

/** Without a link nothing is known that could be read: the base address has to do. */
async function knock(context: CheckContext): Promise<void> {
  const { contentUrl, contentTimeoutSeconds } = context.settings;
  const watch = stopwatch();
  try {
    const outcome = await new OneTry(true).send({
      method: 'GET',
      url: `${contentUrl}/`,
      credentials: 'include',
      timeoutMs: contentTimeoutSeconds * 1000,
      maxBytes: 65_536,
    });
    const isSignedOut =
      outcome.kind === 'redirect' || (outcome.kind === 'answer' && outcome.status === 401);
    const ms = watch();
    tell(context, {
      content_reachable: { ...said('good', 'answers'), ms },
      signed_in: isSignedOut ? { ...signedOut(contentUrl), ms } : said('untold', 'sign_in_untold'),
    });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    const failure: Failure = { code: 'content_unavailable', details: [`reason_${error.reason}`] };
    tell(context, { content_reachable: { ...failed(failure), ms: watch() }, signed_in: waits });
  }
}

function signedOut(contentUrl: string): Finding {
  return failed({ code: 'content_login_required', details: [new URL(contentUrl).host] });
}

async function followLink(context: CheckContext, link: ParsedLink): Promise<void> {
  const { settings } = context;
  const watch = stopwatch();
  let ticks = 0;
  const answered = (isSignedIn: boolean) => {
    const ms = watch();
    const signedIn = isSignedIn ? said('good', 'signed_in') : said('untold', 'sign_in_untold');
    tell(context, {
      content_reachable: { ...said('good', 'answers'), ms },
      signed_in: { ...signedIn, ms },
    });
  };
  let isFirst = true;
  const content = new ContentReader({
    url: settings.contentUrl,
    timeoutMs: settings.contentTimeoutSeconds * 1000,
    gate: new OneTry(true),
    tick: () => {
      ticks += 1;
      return ticks;
    },
    onFetched: ({ status, json }) => {
      // Where the login is over, some answer 403 to everything; a 404 that is a page may be any server's.
      if (isFirst) answered(status !== 403 && json !== undefined);
      isFirst = false;
    },
  });
  try {
    const gathered = await content.gather(link, wantedKeys(settings), '');
    const ms = watch();
    // An answer that is too large is read by nobody, but it is an answer, and no login page.
    if (isFirst) answered(true);
    if (gathered.kind === 'breadcrumbs') {
      context.tell({ breadcrumbs: gathered.breadcrumbs });
      const count = Object.keys(gathered.breadcrumbs).length;
      tell(context, { test_link: { ...said('good', 'link_good', String(count)), ms } });
    } else {
      tell(context, { test_link: { ...failed(failureOf(gathered.failure)), ms } });
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const finding = { ...failed(error.failure), ms: watch() };
    if (error.failure.code === 'content_login_required') {
      tell(context, {
        content_reachable: { ...said('good', 'answers'), ms: watch() },
        signed_in: { ...signedOut(settings.contentUrl), ms: watch() },
        test_link: waits,
      });
    } else if (isFirst) {
      tell(context, { ...notBefore, content_reachable: finding });
    } else {
      tell(context, { test_link: finding });
    }
  }
}

/** The mapped keys; while none is mapped, all that could be. */
function wantedKeys({ fieldMapping }: Settings): WantedKey[] {
  const listed = (
    Object.entries(fieldMapping) as [
      // Object.entries widens a partial record's keys to strings; they are those of the schema.
      BreadcrumbKey,
      Settings['fieldMapping'][BreadcrumbKey],
    ][]
  ).map(([key, one]) => ({
    key,
    field: one?.field ?? '',
    ignoreErrors: one?.ignoreErrors ?? false,
  }));
  const mapped = listed.filter(({ field }) => field !== '');
  return mapped.length > 0 ? mapped : listed;
}
