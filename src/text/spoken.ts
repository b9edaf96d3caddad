/**
 * Sentences in the language that was chosen. A catalogue is written in English where it is used, and passed through
 * {@link spoken} when its module is loaded; a translation is loaded before them and laid over it.
 */

/** A catalogue in whatever language: the same sentences, from the same values. */
export type Words<T> = T extends string
  ? string
  : T extends (...values: never[]) => unknown
    ? T
    : { readonly [K in keyof T]: Words<T[K]> };

/** Some of the sentences of a catalogue; those that are missing stay English. */
export type Some<T> = T extends string
  ? string
  : T extends (...values: never[]) => unknown
    ? T
    : T extends readonly unknown[]
      ? Words<T>
      : { readonly [K in keyof T]?: Some<T[K]> };

let translations: Readonly<Record<string, unknown>> = {};

/** Takes a translation, by the names of the catalogues; to be called before any of them is loaded. */
export function speak(chosen: Readonly<Record<string, unknown>>): void {
  translations = chosen;
}

const isPart = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `above` laid over `below`, sentence by sentence. */
export function overlay(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (!isPart(below) || !isPart(above)) return above;
  return Object.fromEntries(Object.entries(below).map(([key, value]) => [key, overlay(value, above[key])]));
}

/** A catalogue as it is shown. */
export const spoken = <const T>(catalogue: string, english: T): Words<T> =>
  overlay(english, translations[catalogue]) as Words<T>;
