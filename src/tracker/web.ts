import { issueKeyPattern } from './issue-key.ts';

/** Where a person gets a token for a tracker that is known. */
interface TokenPage {
  readonly url: string;
  /** It gives out the token by itself; elsewhere an app has to be registered first. */
  readonly isInHouse: boolean;
}

interface KnownTracker {
  /** Where its issues are read; the first is linked to. */
  readonly webOrigins: readonly [string, ...string[]];
  readonly tokenPage: TokenPage;
}

/** Yandex' own trackers by the host of their API (tracker-api.md, "Addresses"). */
const knownTrackers = new Map<string, KnownTracker>([
  [
    'api.tracker.yandex.net',
    {
      webOrigins: ['https://tracker.yandex.ru', 'https://tracker.yandex.com'],
      tokenPage: { url: 'https://oauth.yandex.ru/client/new/', isInHouse: false },
    },
  ],
  [
    'st-api.yandex-team.ru',
    {
      webOrigins: ['https://st.yandex-team.ru'],
      tokenPage: {
        url: 'https://oauth.yandex-team.ru/authorize?response_type=token&client_id=5f671d781aca402ab7460fde4050267b',
        isInHouse: true,
      },
    },
  ],
]);

/** Null for a tracker that is not known. */
export function tokenPage(trackerUrl: string): TokenPage | null {
  return knownTrackers.get(new URL(trackerUrl).hostname)?.tokenPage ?? null;
}

/** An unknown API host is taken to serve its pages itself. */
function webOriginsOf(trackerUrl: string): KnownTracker['webOrigins'] {
  const { hostname, origin } = new URL(trackerUrl);
  return knownTrackers.get(hostname)?.webOrigins ?? [origin];
}

/** The API's address for a page of a tracker that is known, which is no API itself; else null. */
export function apiUrlOfPage(pageUrl: string): string | null {
  if (!URL.canParse(pageUrl)) return null;
  const { host } = new URL(pageUrl);
  for (const [apiHost, { webOrigins }] of knownTrackers) {
    if (webOrigins.includes(`https://${host}`)) return `https://${apiHost}/v2`;
  }
  return null;
}

/** Where a person reads an issue. */
export function issueWebUrl(trackerUrl: string, issueKey: string): string {
  const [origin] = webOriginsOf(trackerUrl);
  return `${origin}/${issueKey}`;
}

/** The issue that a page of this tracker shows; null where it is another page. */
export function issueOfPage(trackerUrl: string, pageUrl: string): string | null {
  if (!URL.canParse(pageUrl)) return null;
  const { origin, pathname } = new URL(pageUrl);
  const [, key = ''] = pathname.split('/');
  const isOfTracker = webOriginsOf(trackerUrl).includes(origin);
  return isOfTracker && issueKeyPattern.test(key) ? key : null;
}
