/** The origin of an address as it is typed; null where it is none. */
export function originOf(url: string): string | null {
  // `URL.parse` would be shorter: Chrome has it from version 126 on.
  return URL.canParse(url) ? new URL(url).origin : null;
}

/** What the browser calls access to a host: its scheme and name, whatever the port. */
export function hostPattern(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${hostname}/*`;
}
