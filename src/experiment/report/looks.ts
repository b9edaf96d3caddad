/** How arms are told apart: by colour and by dashes, the same in every figure. */
import type { Look } from '../../report/chart.ts';

/** The colours of `report/palette.ts`; blue and vermilion first, which stay apart for every common colour vision. */
export const COLORS = 8;
const DASHES = ['none', '7 3', '2 3', '9 3 2 3'];

/** Different for at least 32 arms: the second round of colours has other dashes than the first. */
export const lookOf = (index: number): Look => ({
  color: `var(--s${index % COLORS})`,
  dash: DASHES[(index + Math.floor(index / COLORS)) % DASHES.length]!,
});
