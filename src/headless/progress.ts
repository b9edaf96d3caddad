/** What the command line hears while the page works. */
import type { Loading } from '../run/handle.ts';
import type { AutomationEvent } from './requests.ts';

export type Emit = (event: AutomationEvent) => void;

/** Says how much of an activity is done. */
export const progressOf =
  (emit: Emit, activity: string) =>
  (done: number, total: number): void =>
    emit({ type: 'progress', activity, done, total });

/** Says what is being opened, in hundredths. */
export const loadingTo =
  (emit: Emit) =>
  ({ label, fraction }: Loading): void =>
    progressOf(emit, label)(Math.round((fraction ?? 0) * 100), 100);
