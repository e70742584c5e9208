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
