import * as v from 'valibot';
import { type Appearance, APPEARANCE_KEYS, PLAIN, readAppearance, writeAppearance } from './appearance.ts';
import type { Screen } from './screen.ts';

/** What of a screen stands in the address, by key: each reads a text, and takes its default from none. */
export type PlaceSchema = Readonly<Record<string, v.OptionalSchema<v.GenericSchema<string, string>, string>>>;

type Kept = Readonly<Record<string, string>>;

/** Where on the page the visitor is. Every screen keeps its own place while another is open. */
export interface Place {
  /** Id of the open screen. */
  readonly screen: string;
  /** By screen, the values of its place; what is left out is at its default. */
  readonly at: Readonly<Record<string, Kept>>;
  /** How the page shows itself, whatever the screen. */
  readonly as: Appearance;
}

/** The place of one screen, defaults filled in. */
export function placeOn<const P extends PlaceSchema>(
  { at }: Place,
  screen: string,
  schema: P,
): { readonly [K in keyof P]: v.InferOutput<P[K]> } {
  const values = Object.entries(schema).map(([key, entry]) => [key, v.parse(entry, at[screen]?.[key])]);
  return Object.fromEntries(values) as { readonly [K in keyof P]: v.InferOutput<P[K]> };
}

/** The screen of a name, be it one that it had. */
const named = (screens: readonly Screen[], name: string | null): Screen | undefined =>
  screens.find(({ id, formerly = [] }) => id === name || (name !== null && formerly.includes(name)));

/** The same with the visitor on `screen`, and with what is given of that screen's place. */
export const moved = ({ at, as }: Place, screen: string, change: Kept = {}): Place => ({
  as,
  screen,
  at: { ...at, [screen]: { ...at[screen], ...change } },
});

/** What an address without a screen means: the first one, with everything at its default. */
export const startOf = ([first]: readonly Screen[]): Place => ({
  screen: first?.id ?? '',
  at: {},
  as: PLAIN,
});

/** Where an empty address leads: to the screen that was open last, and on a first visit to the one that welcomes. */
export function landing(screens: readonly Screen[], last: string | null): Place {
  const screen = named(screens, last) ?? screens.find(({ welcome }) => welcome);
  return { ...startOf(screens), ...(screen && { screen: screen.id }) };
}

export interface ReadPlace {
  readonly place: Place;
  /** Keys whose values no screen knows. */
  readonly ignored: readonly string[];
  /** Keys that the screen reads. */
  readonly keys: readonly string[];
}

/** The place in an address. */
export function readPlace(query: URLSearchParams, screens: readonly Screen[]): ReadPlace {
  const start = startOf(screens);
  const screen = named(screens, query.get('screen') ?? start.screen);
  const ignored = screen ? [] : ['screen'];
  const schema = (screen ?? screens[0])?.place ?? {};
  const kept: Record<string, string> = {};
  for (const [key, entry] of Object.entries(schema)) {
    const raw = query.get(key);
    if (raw === null) continue;
    if (v.is(entry, raw)) kept[key] = raw;
    else ignored.push(key);
  }
  const { appearance, ignored: meaningless } = readAppearance(query);
  const place = { ...moved(start, screen?.id ?? start.screen, kept), as: appearance };
  const keys = ['screen', ...APPEARANCE_KEYS, ...Object.keys(schema)];
  return { place, ignored: [...ignored, ...meaningless], keys };
}

/** Adds a place to an address; what is at its default is left out. */
export function writePlace(query: URLSearchParams, place: Place, screens: readonly Screen[]): void {
  if (place.screen !== screens[0]?.id) query.set('screen', place.screen);
  const schema = screens.find(({ id }) => id === place.screen)?.place ?? {};
  for (const [key, value] of Object.entries(placeOn(place, place.screen, schema)))
    if (value !== v.getDefault(schema[key]!)) query.set(key, value);
  writeAppearance(query, place.as);
}
