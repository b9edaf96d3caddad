import type { Screen } from '../app/screen.ts';
import { diagnostics } from './diagnostics/index.ts';
import { experiments } from './experiments/index.ts';
import { lab } from './lab/index.ts';
import { models } from './models/index.ts';
import { rewardLab } from './reward-lab/index.ts';
import { rollouts } from './rollouts/index.ts';

/** Every screen, in the order of the navigation. The page opens on the first. */
export const SCREENS: readonly Screen[] = [lab, rewardLab, experiments, rollouts, models, diagnostics];
