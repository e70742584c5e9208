import { describe, expect, test } from 'vitest';
import { isOwnPage } from '../../../src/background/sender.ts';

const id = 'a'.repeat(32);
const base = `chrome-extension://${id}/`;
const page = `${base}src/popup/index.html`;

function obeys(sender: { id?: string; url?: string; frameId?: number }): boolean {
  return isOwnPage(sender, id, base);
}

describe('the worker obeys', () => {
  test.each([
    ['the popup, which is in no tab', { id, url: page }],
    ['a page in a tab', { id, url: `${base}src/options/index.html#hosts`, frameId: 0 }],
  ])('%s', (_, sender) => {
    expect(obeys(sender)).toBe(true);
  });
});

describe('the worker does not obey', () => {
  test.each([
    ['a content script of its own', { id, url: 'https://learn.example/tasks/7', frameId: 0 }],
    ['one in a frame', { id, url: 'https://learn.example/tasks/7', frameId: 3 }],
    ['a content script in an empty page', { id, url: 'about:blank', frameId: 0 }],
    ['a page of its own that was framed', { id, url: page, frameId: 4 }],
    ['another extension', { id: 'b'.repeat(32), url: `chrome-extension://${'b'.repeat(32)}/a` }],
    ['another extension that claims a page of this one', { id: 'b'.repeat(32), url: page }],
    ['a web page', { url: 'https://learn.example/' }],
    ['a web page with such a name', { url: `https://x/?${page}` }],
    ['a blob of its own origin', { id, url: `blob:${page}` }],
    ['a host that begins alike', { id, url: `chrome-extension://${id}.example/` }],
    ['nobody', {}],
    ['somebody without an address', { id }],
  ])('%s', (_, sender) => {
    expect(obeys(sender)).toBe(false);
  });
});
