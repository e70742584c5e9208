import { expect, test, vi } from 'vitest';
import { elementsOf, textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { VersionLines } = await import('../../../src/activity-page/chart.tsx');

function linesOf(count: number) {
  const lines = Array.from({ length: count }, (_, at) => ({
    checklistIssue: `SUP-${at}`,
    points: [{ at: 1, version: 100 * at }],
  }));
  return VersionLines({ title: 'Versions', lines, limit: 10_100, timeWords: String });
}

test('each queue’s line has a look of its own, however many there are, and the legend has it', () => {
  const looksOf = (kind: string) =>
    elementsOf(linesOf(5))
      .filter(({ type, props }) => type === kind && String(props.class).includes('version'))
      .map(({ props }) => `${props.class} ${props['stroke-dasharray']}`);
  expect(new Set(looksOf('polyline')).size).toBe(5);
  expect(looksOf('line')).toEqual(looksOf('polyline'));
});

test('of no queue there is nothing to see, and no table of it', () => {
  expect(textOf(linesOf(0))).toMatch(/^Versions\s+figures_none$/);
});
