import type { Chapter } from './chapter.ts';
import { gate } from './gate.tsx';
import { group } from './group.tsx';
import { methods } from './methods.tsx';
import { rollout } from './rollout.tsx';
import { tests } from './tests.tsx';
import { thought } from './thought.tsx';
import { ungated } from './ungated.tsx';
import { update } from './update.tsx';
import { yours } from './yours.tsx';

/** The chapters, in their order. */
export const CHAPTERS: readonly Chapter[] = [
  rollout,
  group,
  tests,
  thought,
  ungated,
  gate,
  update,
  methods,
  yours,
];
