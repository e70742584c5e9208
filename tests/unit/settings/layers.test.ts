import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  layerOver,
  mendableProblems,
  parseLayer,
  settingsInForce,
  sourceOf,
  without,
} from '../../../src/settings/layers.ts';
import {
  defaultSettings,
  problemOf,
  problemsOf,
  type Settings,
  settingNames,
} from '../../../src/settings/schema.ts';
import { now, validSettings } from './arbitraries.ts';

const someOf = (settings: fc.Arbitrary<Settings>) =>
  fc
    .tuple(settings, fc.subarray(settingNames))
    .map(([all, names]) => without(all, (name) => !names.includes(name)));

test('each setting comes from the last layer that has it', () => {
  fc.assert(
    fc.property(
      validSettings,
      someOf(validSettings),
      someOf(validSettings),
      (stored, temporary, managed) => {
        const layers = { stored, temporary, managed };
        const inForce = settingsInForce(layers);
        for (const name of settingNames) {
          expect(inForce[name]).toEqual(layers[sourceOf(layers, name)][name]);
          if (Object.hasOwn(managed, name)) expect(sourceOf(layers, name)).toBe('managed');
          else if (Object.hasOwn(temporary, name)) expect(sourceOf(layers, name)).toBe('temporary');
          else expect(sourceOf(layers, name)).toBe('stored');
        }
      },
    ),
  );
});

test('what lies over the stored settings is what differs, and gives what was wanted', () => {
  fc.assert(
    fc.property(validSettings, validSettings, (stored, wanted) => {
      const temporary = layerOver(stored, wanted);
      expect(settingsInForce({ stored, temporary, managed: {} })).toEqual(wanted);
      for (const [name, value] of Object.entries(temporary)) {
        expect(stored).not.toHaveProperty(name, value);
      }
    }),
  );
});

test('a mapping in another order is no difference', () => {
  const reversed = Object.fromEntries(Object.entries(defaultSettings.fieldMapping).reverse());
  expect(layerOver(defaultSettings, { ...defaultSettings, fieldMapping: reversed })).toEqual({});
});

describe('a layer from outside', () => {
  test('is taken setting by setting, and what can’t be used is named', () => {
    expect(
      parseLayer(
        {
          trackerUrl: 'http://a.b',
          checklistIssues: ['SUP-1'],
          processEverySeconds: 3,
          deferralDate: '2020-01-01T00:00:00Z',
          fieldMapping: { 'course.name': { field: 'a' } },
          token: 'never from here',
          somethingElse: 7,
        },
        now,
      ),
    ).toEqual({
      values: {
        checklistIssues: ['SUP-1'],
        fieldMapping: { 'course.name': { field: 'a', ignoreErrors: false } },
      },
      problems: [
        { name: 'trackerUrl', problem: 'invalid_base_url' },
        { name: 'deferralDate', problem: 'invalid_date_past' },
        { name: 'processEverySeconds', problem: 'invalid_out_of_bounds' },
      ],
    });
  });

  test('never holds a value that is not valid, whatever it was made from', () => {
    const anything = fc.dictionary(
      fc.oneof(fc.constantFrom<string>(...settingNames), fc.string()),
      fc.anything(),
    );
    fc.assert(
      fc.property(anything, (members) => {
        for (const [name, value] of Object.entries(parseLayer(members, now).values)) {
          expect(settingNames).toContain(name);
          // It is one of them, as the line above says.
          expect(problemOf(name as keyof Settings, value, now)).toBeUndefined();
        }
      }),
    );
  });
});

describe('a problem between two settings', () => {
  const mapping = { 'course.name': { field: 'same', ignoreErrors: false } };
  const collision = { ...defaultSettings, linkField: 'same', fieldMapping: mapping };
  const header = { ...defaultSettings, organisationHeader: 'X-Org-ID' as const };

  test.each<[string, Settings, Partial<Settings>, string[]]>([
    ['where it is found', collision, {}, ['fieldMapping']],
    ['at the one that can be edited', collision, { fieldMapping: mapping }, ['linkField']],
    ['at the header', header, { organisationId: '' }, ['organisationHeader']],
    [
      'nowhere if nobody here can mend it',
      header,
      { organisationId: '', organisationHeader: 'X-Org-ID' },
      [],
    ],
  ])('is told %s', (_, settings, managed, names) => {
    const problems = mendableProblems(problemsOf(settings, now), { managed });
    expect(problems.map(({ name }) => name)).toEqual(names);
  });
});

test('the policy’s schema knows every setting, by the type that it has, and no token', () => {
  const schema = JSON.parse(readFileSync('public/managed_schema.json', 'utf8'));
  const typeOf = (value: unknown) => {
    if (Array.isArray(value)) return 'array';
    return typeof value === 'number' || value === 'automatic' ? 'integer' : typeof value;
  };
  const types = Object.entries(schema.properties).map(([name, property]) => {
    // The schema is ours; a property without a type fails the comparison.
    return [name, (property as { type: string }).type];
  });
  expect(Object.fromEntries(types)).toEqual(
    Object.fromEntries(settingNames.map((name) => [name, typeOf(defaultSettings[name])])),
  );
});
