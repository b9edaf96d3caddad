import * as v from 'valibot';
import { GATE_NAMES } from '../rl/gate.ts';
import { DEVICE_CHOICES } from '../runtime/device.ts';
import type { LabSettings } from './controller-types.ts';
import { REWARD_TABS, SCREENS, START, type Place } from './place.ts';

export const HASH_VERSION = '1';

const integer = (low: number, high: number) =>
  v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.integer(), v.minValue(low), v.maxValue(high));
const real = (low: number, high: number) =>
  v.pipe(
    v.string(),
    v.regex(/^[\d.]+(e-?\d+)?$/i),
    v.transform(Number),
    v.finite(),
    v.minValue(low),
    v.maxValue(high),
  );

/** The limits of each setting, for the address and for the fields alike. Each reads a string. */
export const settingSchema = {
  preset: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)),
  gate: v.picklist(GATE_NAMES),
  seed: integer(0, 4294967295),
  steps: integer(1, 10000),
  learningRate: real(1e-7, 1e-1),
  device: v.picklist(DEVICE_CHOICES),
} as const;

const keys = {
  preset: 'preset',
  gate: 'gate',
  seed: 'seed',
  steps: 'steps',
  learningRate: 'lr',
  device: 'device',
} as const;

/** Where a link leads; what is left out is the start. */
const placeSchema = { screen: v.picklist(SCREENS), tab: v.picklist(REWARD_TABS) } as const;

/** Shared as a link; `v` guards against reading another format by its old meaning. */
export function writeHash(settings: LabSettings, { screen, tab }: Place = START): string {
  const query = new URLSearchParams({ v: HASH_VERSION });
  for (const [name, key] of Object.entries(keys)) query.set(key, String(settings[name as keyof LabSettings]));
  if (screen !== START.screen) query.set('screen', screen);
  if (screen === 'reward' && tab !== START.tab) query.set('tab', tab);
  return `#${query}`;
}

export type ReadHash =
  | { readonly kind: 'empty' }
  | { readonly kind: 'other-version' }
  | {
      readonly kind: 'settings';
      readonly change: Partial<LabSettings>;
      readonly place: Place;
      readonly ignored: readonly string[];
    };

/** The settings and the place in an address. What is unknown or impossible is left out and named in `ignored`. */
export function readHash(hash: string, presets: readonly string[]): ReadHash {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  if ([...query.keys()].length === 0) return { kind: 'empty' };
  if (query.get('v') !== HASH_VERSION) return { kind: 'other-version' };
  const change: Partial<Record<keyof LabSettings, string | number>> = {};
  const known = new Set<string>(['v', ...Object.values(keys), ...Object.keys(placeSchema)]);
  const ignored = [...new Set(query.keys())].filter((key) => !known.has(key));
  for (const name of Object.keys(keys) as (keyof LabSettings)[]) {
    const raw = query.get(keys[name]);
    if (raw === null) continue;
    const parsed = v.safeParse(settingSchema[name], raw);
    const usable = parsed.success && (name !== 'preset' || presets.includes(raw));
    if (usable) change[name] = parsed.output;
    else ignored.push(keys[name]);
  }
  const placeOf = <K extends keyof Place>(key: K): Place[K] => {
    const raw = query.get(key);
    const parsed = v.safeParse(placeSchema[key], raw ?? START[key]);
    if (!parsed.success) ignored.push(key);
    return parsed.success ? (parsed.output as Place[K]) : START[key];
  };
  const place = { screen: placeOf('screen'), tab: placeOf('tab') };
  return { kind: 'settings', change: change as Partial<LabSettings>, place, ignored };
}
