import type { TrainOverrides } from '../src/headless/requests.ts';
import { ConfigError, DEFAULT_CONFIG, parseConfig } from '../src/rl/config.ts';
import { canonicalSettings } from '../src/rl/option-names.ts';
import { idleOptions, idleSentence, OPTION_NAMES, type OptionName } from '../src/rl/options.ts';
import type { TrainConfig } from '../src/rl/types.ts';
import { messageOf } from '../src/errors.ts';
import { UsageError } from './errors.ts';

/** These have options of their own. */
const OWN_OPTION: ReadonlySet<string> = new Set(['preset', 'gate', 'seed', 'steps']);

/** Every field that `--set` may change. */
export const OVERRIDE_NAMES: readonly OptionName[] = OPTION_NAMES.filter((name) => !OWN_OPTION.has(name));

export interface Overrides {
  readonly settings: TrainOverrides;
  /** What was set and has no effect, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Fields of a configuration from `key=value` words, to be put over those of `base`. The names of TRL and verl are
 * understood.
 * @param changes what is to change during the run; `null` for nothing but what the words say
 * @throws {UsageError} with the nearest field for an unknown one, and for values that cannot be used
 */
export function parseOverrides(
  words: readonly string[],
  base: TrainConfig = DEFAULT_CONFIG,
  changes: unknown = null,
): Overrides {
  const given = Object.fromEntries(words.map(parseOverride));
  const { settings, problems } = canonicalSettings(changes === null ? given : { ...given, changes });
  const own = Object.keys(settings).find((name) => OWN_OPTION.has(name));
  if (own !== undefined) throw new UsageError(`--set does not take ${own}. Use --${own}.`);
  if (problems.length > 0) throw new UsageError(`--set: ${problems.join(' ')}`);
  try {
    const config = parseConfig({ ...base, ...settings });
    const names = Object.keys(settings) as OptionName[];
    return {
      settings: Object.fromEntries(names.map((name) => [name, config[name]])),
      notes: idleOptions(config, names).map(idleSentence),
    };
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`--set: ${error.message}`);
    throw error;
  }
}

function parseOverride(word: string): readonly [string, unknown] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--set takes key=value, such as learningRate=3e-4, not “${word}”.`);
  }
  return [name, parseValue(name, value)];
}

/** A number, true or false, an object or list as JSON, else the text itself. */
function parseValue(name: string, value: string): unknown {
  const number = Number(value);
  if (!Number.isNaN(number)) return number;
  if (value === 'true' || value === 'false') return value === 'true';
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new UsageError(`--set ${name}: ${value} is not JSON (${messageOf(error)}).`);
  }
}
