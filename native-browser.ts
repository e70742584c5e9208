import type { Browser } from 'webextension-polyfill';

/**
 * What the build takes for `webextension-polyfill`. From Chrome 120 on, which the manifest asks
 * for, every call that this extension makes gives a promise by itself; the 10 kB that would wrap
 * them load with each start of the worker and with each page. One thing is not the same: a listener
 * of `runtime.onMessage` has to answer by `sendResponse`, since Chrome awaits no promise of it.
 */
// Chrome's own object is what the polyfill's type describes, in the calls made here.
export default chrome as unknown as Browser;
