import { signal, type Signal } from '@preact/signals';
import { keptFor, usePage } from '../app/page.ts';
import type { Recording } from './recording.ts';

/** What a visit to the lesson keeps while other screens are open. */
export interface LessonState {
  /** `null` while it is on its way. */
  readonly recording: Signal<Recording | Error | null>;
  /** By prediction, the option that was committed to. */
  readonly predictions: Signal<Readonly<Record<string, string>>>;
}

const lessonOf = keptFor((): LessonState => ({ recording: signal(null), predictions: signal({}) }));

export const useLesson = (): LessonState => lessonOf(usePage());
