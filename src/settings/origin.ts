/** The origin of an address as it is typed; null where it is none. */
export function originOf(url: string): string | null {
  // `URL.parse` would be shorter: Chrome has it from version 126 on.
  return URL.canParse(url) ? new URL(url).origin : null;
}
