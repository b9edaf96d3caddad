/** The chapters in their order; their names stand in the address. */
export const CHAPTER_IDS = [
  'rollout',
  'group',
  'tests',
  'thought',
  'ungated',
  'gate',
  'update',
  'formula',
  'yours',
] as const;
export type ChapterId = (typeof CHAPTER_IDS)[number];
