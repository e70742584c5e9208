import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, findInCode, readSources, root } from './sources.ts';

const sources = readSources();

/** What stands nowhere in the code, and why. */
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['HTML from text', /\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdangerouslySetInnerHTML\b/],
  ['HTML from text', /\bdocument\s*\.\s*write(?:ln)?\b|\bcreateContextualFragment\b|\bsrcdoc\b/],
  ['code from text', /\beval\s*\(|\bnew\s+Function\b|\bsetTimeout\s*\(\s*['"`]/],
  ['the console', /\bconsole\s*[.[]/],
  // Of the language itself the compiler knows what is too new: `lib` in tsconfig.json.
  ['API that Chrome has from 126 on only', /\bURL\s*\.\s*parse\b/],
  ['API that Chrome has from 124 on only', /\bfor await\b[^\n]*\bbody\b/],
  ['API that Chrome has from 127 on only', /\b(?:openPopup|getKeys)\s*\(|\.bytes\(\)/],
  ['export whose value changes, which the worker’s other files would not see', /\bexport\s+let\b/],
  ['a type that is none', /:\s*any\b|\bas\s+any\b|<any>|\bany\[\]/],
];

describe('the code', () => {
  test.each(forbidden)('has no %s: %s', (_, pattern) => {
    expect(findInCode(sources, pattern)).toEqual([]);
  });

  test('silences neither the compiler nor the linter', () => {
    const silenced = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/@ts-(?:ignore|nocheck|expect-error)|biome-ignore(?!.*: \S)/g)].map(
        ([found]) => `src/${path}: ${found}`,
      ),
    );
    expect(silenced).toEqual([]);
  });

  test('passes over no error without a reason', () => {
    // A comment inside is the reason: these are looked for in the text, not in the code.
    const empty =
      /\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}|\.catch\(\s*\([^)]*\)\s*=>\s*(?:\{\s*\}|undefined|null)\s*,?\s*\)/;
    const withComments = sources.map((source) => ({ ...source, code: source.text }));
    expect(findInCode(withComments, empty)).toEqual([]);
  });

  test('exports nothing that no other file names', () => {
    const others = filesBelow('tests').filter((path) => /\.tsx?$/.test(path));
    const texts = [
      ...sources.map(({ code }) => code),
      ...others.map((path) => readFileSync(join(root, path), 'utf8')),
    ];
    const filesOf = new Map<string, number>();
    for (const word of texts.flatMap((text) => [...new Set(text.match(/\w+/g))])) {
      filesOf.set(word, (filesOf.get(word) ?? 0) + 1);
    }
    const exported = findInCode(
      sources,
      /^export (?:async )?(?:function|const|class|interface|type) \w+/m,
    );
    expect(exported.length).toBeGreaterThan(500);
    expect(exported.filter((one) => filesOf.get(one.split(' ').at(-1) ?? '') === 1)).toEqual([]);
  });

  test('its pages have no script or style but from files', () => {
    const pages = filesBelow('src').filter((path) => path.endsWith('.html'));
    expect(pages.length).toBeGreaterThan(0);
    for (const path of pages) {
      const html = readFileSync(join(root, path), 'utf8');
      expect(html, path).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\//i);
      expect(html, path).not.toMatch(/<script(?![^>]*\ssrc=)/i);
      expect(html, path).not.toMatch(/<script[^>]*>[^<]/i);
    }
  });
});
