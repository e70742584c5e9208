import type { View } from '../status/view.ts';

/**
 * Whether the guide is still to be gone through: something is missing, or its last step, which
 * switches the schedule on. Whoever pauses later has had a pass.
 * @param lastPassAt null where there was none.
 */
export function isSetupOpen(
  { dataState }: View,
  lastPassAt: number | null,
  isPauseManaged: boolean,
): boolean {
  if (dataState === 'unconfigured') return true;
  return dataState === 'paused' && lastPassAt === null && !isPauseManaged;
}
