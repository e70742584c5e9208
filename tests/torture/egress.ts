import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import type { Simulator } from '../simulator/index.ts';

/** Where the browsers of all tortures sent requests to, as far as Playwright sees them. */
export const egress = { toTracker: 0, toContent: 0, elsewhere: new Map<string, number>() };

/** Notes every request of a browser and its worker from now on. */
export function watchRequests({ context }: ExtensionBrowser, simulator: Simulator): void {
  const tracker = new URL(simulator.trackerUrl).origin;
  const content = new URL(simulator.contentUrl).origin;
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    // The extension's own files, and what never leaves a page.
    if (['chrome-extension:', 'data:', 'blob:', 'about:'].includes(protocol)) return;
    if (origin === tracker) egress.toTracker += 1;
    else if (origin === content) egress.toContent += 1;
    else egress.elsewhere.set(origin, (egress.elsewhere.get(origin) ?? 0) + 1);
  });
}
