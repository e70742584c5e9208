import { defineManifest } from '@crxjs/vite-plugin';
import packageJson from './package.json' with { type: 'json' };

/**
 * The one place for permissions. The demo and test build differs in what it need not ask for:
 * it holds the loopback hosts and the notifications, so that no native prompt stands in a test's way.
 */
export default defineManifest(({ mode }) => ({
  manifest_version: 3,
  name: '__MSG_extension_name__',
  description: '__MSG_extension_description__',
  version: packageJson.version,
  default_locale: 'en',
  // Alarms of 30 seconds came with Chrome 120.
  minimum_chrome_version: '120',
  icons: {
    16: 'icons/16.png',
    32: 'icons/32.png',
    48: 'icons/48.png',
    128: 'icons/128.png',
  },
  action: { default_popup: 'src/popup/index.html', default_title: '__MSG_action_title__' },
  options_ui: { page: 'src/options/index.html', open_in_tab: true },
  // activeTab: the popup learns the address of the tab it was opened on, to show its issue.
  permissions: [
    'activeTab',
    'alarms',
    'storage',
    ...(mode === 'demo' ? ['notifications' as const] : []),
  ],
  // Asked for in the click that switches notifications on.
  ...(mode === 'demo' ? {} : { optional_permissions: ['notifications' as const] }),
  storage: { managed_schema: 'managed_schema.json' },
  // Which hosts is known only when the addresses are set; then those, and no more, are asked for.
  optional_host_permissions: ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'],
  ...(mode === 'demo'
    ? {
        host_permissions: [
          'http://localhost/*',
          'http://127.0.0.1/*',
          'https://localhost/*',
          'https://127.0.0.1/*',
        ],
      }
    : {}),
  content_security_policy: {
    // The worker needs connections; each page closes them for itself with a meta element.
    extension_pages:
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
      'connect-src https: http://localhost:* http://127.0.0.1:*; ' +
      "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  },
}));
