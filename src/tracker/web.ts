/** Web faces of known API hosts (tracker-api.md, "Addresses"). */
const webOrigins = new Map([
  ['api.tracker.yandex.net', 'https://tracker.yandex.ru'],
  ['st-api.yandex-team.ru', 'https://st.yandex-team.ru'],
]);

/** Where a person reads an issue. An unknown API host is taken to serve its pages itself. */
export function issueWebUrl(trackerUrl: string, issueKey: string): string {
  const { hostname, origin } = new URL(trackerUrl);
  return `${webOrigins.get(hostname) ?? origin}/${issueKey}`;
}
