import { defineConfig } from 'vitest/config';

/** What is waited for comes later on a machine that does other things as well. */
const expectations = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          // One less than there are cores by default: one of two.
          maxWorkers: '100%',
          // Some talk to the simulator a thousand times, on machines that do other things as well.
          testTimeout: 30_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          // The longest take a minute and a half; what they promise of time they assert themselves.
          testTimeout: 240_000,
          hookTimeout: 120_000,
          expect: expectations,
          // Each file has a browser of its own. Two cores bear few of them, but much of each is waiting.
          maxWorkers: 3,
        },
      },
    ],
  },
});
