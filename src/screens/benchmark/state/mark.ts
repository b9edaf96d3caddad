import { signal } from '@preact/signals';

/** Share of what is evaluated that is done; null where nothing is evaluated. Known before the screen is loaded. */
export const mark = signal<number | null>(null);
