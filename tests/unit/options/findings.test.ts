import { expect, test, vi } from 'vitest';
import { type Finding, noFindings } from '../../../src/setup/checks.ts';
import { said } from '../../../src/setup/finding.ts';
import { elementsOf, textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[] = []) => [id, ...details].join(' '),
    },
  },
}));
const { Checks, TestLinkTable } = await import('../../../src/options/findings.tsx');

function drawn(name: 'checklist_readable' | 'schedules', finding: Finding) {
  const findings = { ...noFindings, checks: { [name]: finding } };
  const remedies = {
    fix: () => undefined,
    isManaged: () => false,
    allow: null,
    loginUrl: null,
    linksSettings: true,
  };
  return Checks({ names: [name], findings, remedies });
}

test('each checklist issue is told of, and one without items asked about', () => {
  const text = textOf(
    drawn('checklist_readable', said('good', 'items', 'SUP-1 43 47', 'SUP-2 0 0')),
  );
  expect(text).toContain('finding_items SUP-1 43 47 finding_no_items SUP-2');
});

test('a link that leads to a switch does not read as if it switched it', () => {
  const links = elementsOf(drawn('schedules', said('untold', 'paused')));
  const [link] = links.filter(({ type }) => type === 'a');
  expect(link?.props).toMatchObject({
    href: '#schedulePaused',
    children: 'go_to setting_schedulePaused',
  });
});

test('what the test link gives is drawn as the values of fields are, however long and written whichever way', () => {
  const values = { 'task.description': 'x'.repeat(2000), 'course.name': '', 'lesson.position': 3 };
  const findings = { ...noFindings, breadcrumbs: values };
  const table = elementsOf(TestLinkTable({ findings, fieldMapping: {} }));
  const cells = table.filter(({ props }) => props.class === 'foreign');
  const texts = cells.map(({ props }) => textOf(props.children));
  expect(texts).toEqual([`${'x'.repeat(1000)}…`, 'value_empty', '3']);
});
