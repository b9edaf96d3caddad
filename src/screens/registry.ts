import type { Screen } from '../app/screen.ts';
import { benchmark } from './benchmark/index.ts';
import { compare } from './compare/index.ts';
import { diagnostics } from './diagnostics/index.ts';
import { lab } from './lab/index.ts';
import { lesson } from './lesson/index.ts';
import { models } from './models/index.ts';
import { rewardLab } from './reward-lab/index.ts';
import { rollouts } from './rollouts/index.ts';
import { tasks } from './tasks/index.ts';

/** Every screen. An address that names none means the first; the navigation is in the order of their keys. */
export const SCREENS: readonly Screen[] = [
  lab,
  rewardLab,
  compare,
  rollouts,
  benchmark,
  models,
  diagnostics,
  tasks,
  lesson,
];
