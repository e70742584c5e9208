import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

/** What `npm run build` and `npm run build:demo` have made; `npm test` runs them before. */

const real = readBuild('dist');
const demo = readBuild('dist-demo');
const pages = readdirSync('src').flatMap((folder) => {
  const page = `src/${folder}/index.html`;
  return existsSync(page) ? page : [];
});

const loopback = [
  'http://localhost/*',
  'http://127.0.0.1/*',
  'https://localhost/*',
  'https://127.0.0.1/*',
];

/** All files of a build, by path. */
function readBuild(folder: string): Map<string, Buffer> {
  if (!existsSync(folder)) throw new Error(`${folder}/ is missing: run "npm run test:e2e"`);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    files.map((file) => [
      file.slice(folder.length + 1).replaceAll('\\', '/'),
      Buffer.from(readFileSync(file)),
    ]),
  );
}

function textOf(build: Map<string, Buffer>, path: string): string {
  const bytes = build.get(path);
  if (bytes === undefined) throw new Error(`the build has no ${path}`);
  return bytes.toString();
}

function manifestOf(build: Map<string, Buffer>): Record<string, unknown> {
  return JSON.parse(textOf(build, 'manifest.json'));
}

describe('the manifest', () => {
  test('is all of this and nothing else', () => {
    expect(manifestOf(real)).toEqual({
      manifest_version: 3,
      name: '__MSG_extension_name__',
      description: '__MSG_extension_description__',
      version: packageJson.version,
      default_locale: 'en',
      minimum_chrome_version: '120',
      icons: {
        16: 'icons/16.png',
        32: 'icons/32.png',
        48: 'icons/48.png',
        128: 'icons/128.png',
      },
      action: { default_popup: 'src/popup/index.html', default_title: '__MSG_action_title__' },
      options_ui: { page: 'src/options/index.html', open_in_tab: true },
      background: { service_worker: 'service-worker.js' },
      permissions: ['activeTab', 'alarms', 'storage'],
      // Asked for when they are switched on.
      optional_permissions: ['notifications'],
      // What an organisation may set for everybody.
      storage: { managed_schema: 'managed_schema.json' },
      // Asked for when the addresses are set, and then only for those.
      optional_host_permissions: ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'],
      content_security_policy: {
        extension_pages:
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
          'connect-src https: http://localhost:* http://127.0.0.1:*; ' +
          "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      },
    });
  });

  test.each([
    // Said apart from the list above, so that whoever widens that list meets the reasons.
    ['host_permissions', 'hosts are asked for when they are known'],
    ['content_scripts', 'there is nothing to do in pages of others'],
    ['web_accessible_resources', 'they tell pages that this is installed, and let them frame it'],
    ['externally_connectable', 'nobody else has anything to say to the worker'],
    ['incognito', '"split" would start a second worker: double runs'],
  ])('has no %s: %s', (name) => {
    expect(manifestOf(real)).not.toHaveProperty(name);
  });
});

describe('the demo build', () => {
  test('differs from the real one in what its manifest need not ask for, alone', () => {
    const { host_permissions: hosts, permissions, ...rest } = manifestOf(demo);
    expect(hosts).toEqual(loopback);
    const { permissions: least, optional_permissions: asked, ...others } = manifestOf(real);
    expect(permissions).toEqual([least, asked].flat());
    expect(rest).toEqual(others);
    expect([...demo.keys()]).toEqual([...real.keys()]);
    const differing = [...real].filter(([path, bytes]) => !demo.get(path)?.equals(bytes));
    expect(differing.map(([path]) => path)).toEqual(['manifest.json']);
  });
});

describe('the pages', () => {
  test('are those of the sources, and no others', () => {
    expect(pages.length).toBeGreaterThan(0);
    expect([...real.keys()].filter((path) => path.endsWith('.html')).sort()).toEqual(
      [...pages].sort(),
    );
  });

  test.each(pages)('%s closes its connections and has no script or style in itself', (path) => {
    const html = textOf(real, path);
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'" />`,
    );
    // Before anything that could connect.
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.search(/<(?:script|link)/));
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<script[^>]*>[^<]/i);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//i);
  });
});
