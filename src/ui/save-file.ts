const types = { csv: 'text/csv;charset=utf-8', json: 'application/json' };

/** Hands a file to the browser's downloads, named after what it is and the day. */
export function saveFile(
  text: string[],
  what: 'activity' | 'settings' | 'support',
  ending: keyof typeof types,
): void {
  const url = URL.createObjectURL(new Blob(text, { type: types[ending] }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `breadcrumbs-${what}-${today()}.${ending}`;
  link.click();
  // The download has its own hold on the content by the time that the click is dealt with.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The day as it is where the browser is: at night that is not the one of UTC. */
function today(): string {
  const now = new Date();
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}
