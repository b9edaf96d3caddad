import { signal, type Signal } from '@preact/signals';
import { keptFor, usePage } from '../app/page.ts';
import type { Recording } from './recording.ts';

/** What a visit to the lesson keeps while other screens are open. */
export interface LessonState {
  /** `null` while it is on its way. */
  readonly recording: Signal<Recording | Error | null>;
  /** By prediction, the option that was committed to; empty where its answer was asked for without one. */
  readonly predictions: Signal<Readonly<Record<string, string>>>;
}

const lessonOf = keptFor((): LessonState => ({ recording: signal(null), predictions: signal({}) }));

export const useLesson = (): LessonState => lessonOf(usePage());

/** Whether a prediction's answer is shown. */
export const useAnswered = (prediction: string): boolean =>
  useLesson().predictions.value[prediction] !== undefined;
