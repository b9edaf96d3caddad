import type { TrainOverrides } from '../src/headless/requests.ts';
import { ConfigError, DEFAULT_CONFIG, parseConfig } from '../src/rl/config.ts';
import type { TrainConfig } from '../src/rl/types.ts';
import { messageOf } from '../src/errors.ts';
import { UsageError } from './errors.ts';
import { suggestion } from '../src/nearest.ts';

/** These have options of their own. */
const OWN_OPTION: ReadonlySet<string> = new Set(['preset', 'gate', 'seed', 'steps']);

/** Every field that `--set` may change. */
export const OVERRIDE_NAMES: readonly string[] = Object.keys(DEFAULT_CONFIG).filter(
  (name) => !OWN_OPTION.has(name),
);

/**
 * Fields of a configuration from `key=value` words, to be put over those of `base`.
 * @throws {UsageError} with the nearest field for an unknown one, and for a value that cannot be used
 */
export function parseOverrides(words: readonly string[], base: TrainConfig = DEFAULT_CONFIG): TrainOverrides {
  const overrides = Object.fromEntries(words.map(parseOverride));
  try {
    parseConfig({ ...base, ...overrides });
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`--set: ${error.message}`);
    throw error;
  }
  return overrides as TrainOverrides;
}

function parseOverride(word: string): readonly [string, unknown] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--set takes key=value, such as learningRate=3e-4, not “${word}”.`);
  }
  if (!OVERRIDE_NAMES.includes(name)) {
    const hint = OWN_OPTION.has(name) ? `Use --${name}.` : suggestion(name, OVERRIDE_NAMES);
    throw new UsageError(`--set knows no “${name}”. ${hint}`);
  }
  return [name, parseValue(name, value)];
}

/** A number, an object or list as JSON, else the text itself. */
function parseValue(name: string, value: string): unknown {
  const number = Number(value);
  if (!Number.isNaN(number)) return number;
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new UsageError(`--set ${name}: ${value} is not JSON (${messageOf(error)}).`);
  }
}
