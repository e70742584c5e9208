import { afterEach, describe, expect, test } from 'vitest';
import { isDeferred } from '../../../src/queue/deferral.ts';
import { parseTrackerDate, trackerDate } from '../../../src/tracker/dates.ts';

const zone = process.env.TZ;

afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** With the hour that is missing in spring, the one that comes twice in autumn, and far off UTC. */
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];

describe.each(zones)('deadlines in %s', (name) => {
  test('are the same moment through every hour of a year, written in UTC', () => {
    process.env.TZ = name;
    const start = Date.UTC(2026, 0, 1);
    let before = '';
    for (let hour = 0; hour < 8760; hour += 1) {
      const time = start + hour * 3_600_000;
      const text = trackerDate(time);
      expect(parseTrackerDate(text)).toBe(time);
      // Later is later, also in the hour that the clock on the wall shows twice.
      expect(text > before).toBe(true);
      before = text;
    }
  });

  test('of deferred items are told from those of done ones', () => {
    process.env.TZ = name;
    const item = (date: string) => ({ id: '1', text: '', checked: true, deadline: { date } });
    const deferralDate = '2026-10-25T01:30:00.000+00:00';
    expect(isDeferred(item('2026-10-25T01:30:00.000+0000'), deferralDate)).toBe(true);
    expect(isDeferred(item('2026-10-25T03:30:00.000+0200'), deferralDate)).toBe(true);
    expect(isDeferred(item('2026-10-25T01:29:59.999+0000'), deferralDate)).toBe(false);
    expect(isDeferred(item('2026-10-25T02:30:00.000+0200'), deferralDate)).toBe(false);
  });
});
