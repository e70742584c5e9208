import { expect, test, vi } from 'vitest';
import { saveFile } from '../../../src/ui/save-file.ts';

test('a file is named after the day as it is here, whatever day UTC has', () => {
  const link = { href: '', download: '', click: () => {} };
  vi.useFakeTimers();
  vi.stubGlobal('document', { createElement: () => link });
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:it');
  vi.stubEnv('TZ', 'Asia/Tokyo');
  vi.setSystemTime(new Date('2026-03-04T15:30:00Z'));
  saveFile([], 'support', 'json');
  expect(link.download).toBe('breadcrumbs-support-2026-03-05.json');
  vi.unstubAllEnvs();
});
