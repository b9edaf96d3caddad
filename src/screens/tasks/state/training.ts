import type { TaskFiles } from '../../../app/controller-types.ts';
import { text } from '../text.ts';
import type { TaskSet } from './rows.ts';

/** Why a list cannot be trained on now, in a sentence; null where it can. */
export function whyNotTrain(open: TaskSet | null, lab: TaskFiles | null): string | null {
  if (lab === null) return text.use.demo;
  if (lab.checking) return text.use.checking;
  return (open?.rows.length ?? 0) < 2 ? text.use.few : null;
}
