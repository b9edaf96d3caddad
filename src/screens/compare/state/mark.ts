import { signal } from '@preact/signals';

/** Finished cells of the experiment that is being computed; `null` where none is. Known before the screen is loaded. */
export const mark = signal<{ readonly done: number; readonly of: number } | null>(null);
