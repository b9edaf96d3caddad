import * as v from 'valibot';
import { parseOption } from '../rl/config.ts';
import { GATE_NAMES } from '../rl/gate.ts';
import { canonicalSettings } from '../rl/option-names.ts';
import type { OptionName } from '../rl/options.ts';
import { DEVICE_CHOICES } from '../runtime/device.ts';
import type { LabSettings, Overrides } from './controller-types.ts';
import { PRESET_TASKS, readOwnTasks } from './own-tasks.ts';
import { readPlace, writePlace, type Place } from './place.ts';
import type { Screen } from './screen.ts';

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
  tasks: v.pipe(
    v.string(),
    v.check((text) => readOwnTasks(text) !== null),
  ),
} as const;

/** Their names in the address; a screen's place has others. */
export const SETTING_KEYS = {
  preset: 'preset',
  gate: 'gate',
  seed: 'seed',
  steps: 'steps',
  learningRate: 'lr',
  device: 'device',
  tasks: 'tasks',
} as const;

/** Where the settings beyond those stand, as JSON. */
const OVERRIDES_KEY = 'set';

/** Shared as a link; `v` guards against reading another format by its old meaning. */
export function writeHash(settings: LabSettings, place: Place, screens: readonly Screen[]): string {
  const query = new URLSearchParams({ v: HASH_VERSION });
  for (const [name, key] of Object.entries(SETTING_KEYS)) {
    const value = String(settings[name as keyof typeof SETTING_KEYS]);
    if (value !== PRESET_TASKS) query.set(key, value);
  }
  if (Object.keys(settings.overrides).length > 0)
    query.set(OVERRIDES_KEY, JSON.stringify(settings.overrides));
  writePlace(query, place, screens);
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
export function readHash(hash: string, presets: readonly string[], screens: readonly Screen[]): ReadHash {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  if ([...query.keys()].length === 0) return { kind: 'empty' };
  if (query.get('v') !== HASH_VERSION) return { kind: 'other-version' };
  const found = readPlace(query, screens);
  const change: Partial<Record<keyof LabSettings, unknown>> = {};
  const known = new Set<string>(['v', ...Object.values(SETTING_KEYS), OVERRIDES_KEY, ...found.keys]);
  const ignored = [...new Set(query.keys())].filter((key) => !known.has(key));
  for (const name of Object.keys(SETTING_KEYS) as (keyof typeof SETTING_KEYS)[]) {
    const raw = query.get(SETTING_KEYS[name]);
    if (raw === null) continue;
    const parsed = v.safeParse(settingSchema[name], raw);
    const usable = parsed.success && (name !== 'preset' || presets.includes(raw));
    if (usable) change[name] = parsed.output;
    else ignored.push(SETTING_KEYS[name]);
  }
  const overrides = readOverrides(query.get(OVERRIDES_KEY));
  if (overrides === null) ignored.push(OVERRIDES_KEY);
  else if (Object.keys(overrides).length > 0) change.overrides = overrides;
  return {
    kind: 'settings',
    change: change as Partial<LabSettings>,
    place: found.place,
    ignored: [...ignored, ...found.ignored],
  };
}

/** `null` where they cannot be used; which go together is found when a run begins. */
function readOverrides(json: string | null): Overrides | null {
  try {
    const { settings, problems } = canonicalSettings(JSON.parse(json ?? '{}') as Record<string, unknown>);
    if (problems.length > 0 || Object.keys(settings).some((name) => FIELDS.has(name))) return null;
    const names = Object.keys(settings) as OptionName[];
    return Object.fromEntries(names.map((name) => [name, parseOption(name, settings[name])]));
  } catch {
    return null;
  }
}

/** Settings with a key of their own, and what a link does not hold. */
const FIELDS: ReadonlySet<string> = new Set([...Object.keys(SETTING_KEYS), 'changes']);
