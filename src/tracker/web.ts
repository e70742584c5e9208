import { issueKeyPattern } from './issue-key.ts';

/** Web faces of known API hosts (tracker-api.md, "Addresses"). */
const webOrigins = new Map([
  ['api.tracker.yandex.net', 'https://tracker.yandex.ru'],
  ['st-api.yandex-team.ru', 'https://st.yandex-team.ru'],
]);

/** Where a person gets a token for a tracker that is known. */
export interface TokenPage {
  readonly url: string;
  /** It gives out the token by itself; elsewhere an app has to be registered first. */
  readonly isInHouse: boolean;
}

const tokenPages = new Map<string, TokenPage>([
  ['api.tracker.yandex.net', { url: 'https://oauth.yandex.ru/client/new/', isInHouse: false }],
  [
    'st-api.yandex-team.ru',
    {
      url: 'https://oauth.yandex-team.ru/authorize?response_type=token&client_id=5f671d781aca402ab7460fde4050267b',
      isInHouse: true,
    },
  ],
]);

/** Null for a tracker that is not known. */
export function tokenPage(trackerUrl: string): TokenPage | null {
  return tokenPages.get(new URL(trackerUrl).hostname) ?? null;
}

/** Where a person reads an issue. An unknown API host is taken to serve its pages itself. */
export function issueWebUrl(trackerUrl: string, issueKey: string): string {
  const { hostname, origin } = new URL(trackerUrl);
  return `${webOrigins.get(hostname) ?? origin}/${issueKey}`;
}

/** Where Yandex' own cloud is read, whichever of these a person uses. */
const cloudOrigins = ['https://tracker.yandex.ru', 'https://tracker.yandex.com'];

/** The issue that a page of this tracker shows; null where it is another page. */
export function issueOfPage(trackerUrl: string, pageUrl: string): string | null {
  if (!URL.canParse(pageUrl)) return null;
  const { origin, pathname } = new URL(pageUrl);
  const [, key = ''] = pathname.split('/');
  const web = new URL(issueWebUrl(trackerUrl, 'A-1')).origin;
  const origins = cloudOrigins.includes(web) ? cloudOrigins : [web];
  return origins.includes(origin) && issueKeyPattern.test(key) ? key : null;
}
