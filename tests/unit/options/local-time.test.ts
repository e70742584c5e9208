import { afterEach, expect, test } from 'vitest';
import { localTime, utcTime } from '../../../src/options/local-time.ts';

const zone = process.env.TZ;

afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test.each([
  ['UTC', '2099-01-01T05:00:00'],
  ['Europe/Berlin', '2099-01-01T06:00:00'],
  ['Asia/Kolkata', '2099-01-01T10:30:00'],
  ['America/New_York', '2099-01-01T00:00:00'],
])('the default deferral date in %s', (name, local) => {
  process.env.TZ = name;
  expect(localTime('2099-01-01T05:00:00.000+00:00')).toBe(local);
  expect(utcTime(local)).toBe('2099-01-01T05:00:00.000+0000');
});

test('every hour of a year comes back, but for the one that autumn shows twice', () => {
  process.env.TZ = 'Europe/Berlin';
  const changed: string[] = [];
  for (let hour = 0; hour < 8760; hour += 1) {
    const date = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    const back = utcTime(localTime(date));
    if (Date.parse(back) !== Date.parse(date)) changed.push(date);
  }
  expect(changed).toEqual(['2026-10-25T01:00:00.000Z']);
});
