import { describe, expect, test } from 'vitest';
import { type Machine, planChromium } from '../../browser/install.ts';

const bare: Machine = { named: null, exists: () => false, isDebian: false, isRoot: false };

function holding(...paths: string[]): Pick<Machine, 'exists'> {
  return { exists: (path) => paths.includes(path) };
}

describe('how to come by a Chromium', () => {
  test('one that is there is used, whoever asks', () => {
    const there = holding('/usr/bin/chromium');
    const plan = { do: 'use', path: '/usr/bin/chromium' };
    expect(planChromium({ ...bare, ...there })).toEqual(plan);
    expect(planChromium({ ...bare, ...there, isDebian: true, isRoot: true })).toEqual(plan);
  });

  test('the variable CHROMIUM goes before the usual places', () => {
    const there = holding('/usr/bin/chromium', '/opt/mine/chrome');
    expect(planChromium({ ...bare, ...there, named: '/opt/mine/chrome' })).toEqual({
      do: 'use',
      path: '/opt/mine/chrome',
    });
  });

  test('a CHROMIUM that is not there is said, not passed over', () => {
    const plan = planChromium({ ...bare, ...holding('/usr/bin/chromium'), named: '/opt/none' });
    expect(plan).toEqual({ do: 'tell', message: expect.stringContaining('/opt/none') });
  });

  test('it is installed on Debian as root, and nowhere else', () => {
    expect(planChromium({ ...bare, isDebian: true, isRoot: true })).toEqual({ do: 'install' });
    for (const machine of [bare, { ...bare, isDebian: true }, { ...bare, isRoot: true }]) {
      expect(planChromium(machine)).toEqual({
        do: 'tell',
        message: expect.stringContaining('sudo apt-get install chromium'),
      });
    }
  });
});
