/** Settings under the names that others have for them. */
import { nearest } from '../nearest.ts';
import { type Option, OPTION_NAMES, type OptionName, optionOf } from './options.ts';

type Settings = Readonly<Record<string, unknown>>;

/** TRL and verl each have names that say several things at once. */
const LOSS_TYPES: Readonly<Record<string, Settings>> = {
  grpo: { aggregation: 'sequence' },
  dapo: { aggregation: 'token' },
  dr_grpo: { aggregation: 'constant' },
  bnpo: { aggregation: 'micro-batch' },
  cispo: { surrogate: 'cispo', aggregation: 'token' },
};
const LOSS_MODES: Readonly<Record<string, Settings>> = {
  vanilla: { surrogate: 'clipped', importance: 'token' },
  gspo: { surrogate: 'clipped', importance: 'sequence' },
  cispo: { surrogate: 'cispo', importance: 'token' },
};
const SPREAD: Readonly<Record<string, (value: unknown) => Settings | null>> = {
  loss_type: (value) => LOSS_TYPES[String(value)] ?? null,
  loss_mode: (value) => LOSS_MODES[String(value)] ?? null,
  // One number for both sides, unless the upper one has its own.
  epsilon: (value) => ({ clipLow: value, clipHigh: value }),
  clip_ratio: (value) => ({ clipLow: value, clipHigh: value }),
  num_train_epochs: () => null,
};
const SPREAD_CHOICES: Readonly<Record<string, string>> = {
  loss_type: Object.keys(LOSS_TYPES).join(', '),
  loss_mode: Object.keys(LOSS_MODES).join(', '),
};

/** The last word of a path says enough when it has several parts; `n` or `len` would not. */
const shortName = (path: string): string[] => {
  const last = path.split('.').at(-1)!;
  return last !== path && last.includes('_') ? [path, last] : [path];
};

/** Every name of an option but its own. */
export const otherNames = ({ trl, verl, aliases = [] }: Option): string[] => [
  ...(trl === undefined ? [] : [trl]),
  ...(verl === undefined ? [] : shortName(verl)),
  ...aliases,
];

const BY_ALIAS: ReadonlyMap<string, OptionName> = new Map(
  OPTION_NAMES.toReversed().flatMap((name) =>
    otherNames(optionOf(name)).map((alias) => [alias, name] as const),
  ),
);

const isOptionName = (name: string): name is OptionName => OPTION_NAMES.includes(name as OptionName);

/** A value of another tool as it is called here. */
function meaning(name: OptionName, value: unknown): unknown {
  const { means } = optionOf(name);
  const isPlain = ['string', 'boolean', 'number'].includes(typeof value);
  return isPlain && means && Object.hasOwn(means, String(value)) ? means[String(value)] : value;
}

/**
 * The same settings under the names and values that they have here, and what is wrong with names: one sentence per fault,
 * naming what was probably meant.
 */
export function canonicalSettings(input: Settings): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const spread: Record<string, unknown> = {};
  const settings: Record<string, unknown> = {};
  const saidBy = new Map<OptionName, string>();
  const problems: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    const parts = Object.hasOwn(SPREAD, name) ? SPREAD[name]!(value) : undefined;
    if (parts === null) problems.push(notSpread(name, value));
    if (parts !== undefined) {
      Object.assign(spread, parts);
      continue;
    }
    const own = isOptionName(name) ? name : BY_ALIAS.get(name);
    const differs = own !== undefined && own !== name ? optionOf(own).differs : undefined;
    if (own === undefined) problems.push(unknownName(name));
    else if (differs !== undefined)
      problems.push(`There is no setting “${name}”. Here it is ${own}: ${differs}.`);
    else if (saidBy.has(own))
      problems.push(`${saidBy.get(own)} and ${name} are the same setting. Give one of them.`);
    else {
      saidBy.set(own, name);
      settings[own] = meaning(own, value);
    }
  }
  return { settings: { ...spread, ...settings }, problems };
}

function notSpread(name: string, value: unknown): string {
  const choices = SPREAD_CHOICES[name];
  return choices === undefined
    ? `There is no setting “${name}”. A run’s length is its steps.`
    : `${name} must be one of ${choices}, not ${JSON.stringify(value)}.`;
}

/** That there is no such setting, and which was probably meant. */
export function unknownName(name: string): string {
  const known = [...OPTION_NAMES, ...BY_ALIAS.keys()];
  const close = known.find((each) => plain(each) === plain(name)) ?? nearest(name, known);
  const meant = close !== null && !isOptionName(close) ? BY_ALIAS.get(close)! : close;
  const hint = meant === null ? `The settings are ${OPTION_NAMES.join(', ')}.` : `Did you mean ${meant}?`;
  return `There is no setting “${name}”. ${hint}`;
}

/** For comparing names however they are cased and joined. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '');
