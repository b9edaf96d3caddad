import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';
import { suggestion } from '../src/nearest.ts';

/** One option of a command; `help` is a phrase for its line in `--help`. */
export type OptionSpec =
  | { readonly kind: 'flag'; readonly help: string }
  | { readonly kind: 'text'; readonly value: string; readonly help: string; readonly default?: string }
  | { readonly kind: 'list'; readonly value: string; readonly help: string }
  | {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      readonly help: string;
      readonly default?: string;
    }
  | {
      readonly kind: 'integer';
      readonly min: number;
      readonly max: number;
      readonly help: string;
      readonly default?: number;
    };

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S extends { kind: 'flag' }
  ? boolean
  : S extends { kind: 'list' }
    ? readonly string[]
    : S extends { kind: 'integer'; default: number }
      ? number
      : S extends { kind: 'integer' }
        ? number | undefined
        : S extends { kind: 'choice'; choices: readonly (infer C)[]; default: string }
          ? C
          : S extends { kind: 'choice'; choices: readonly (infer C)[] }
            ? C | undefined
            : S extends { default: string }
              ? string
              : string | undefined;

export type OptionValues<S extends OptionSpecs> = { readonly [K in keyof S]: ValueOf<S[K]> };

export interface Parsed<S extends OptionSpecs> {
  readonly values: OptionValues<S>;
  readonly positionals: readonly string[];
  /** Names that stood on the command line, as against those that took their default. */
  readonly given: ReadonlySet<string>;
}

/**
 * Options of a command line, each checked against its specification.
 * @throws {UsageError} with the nearest known name for an unknown option or value
 */
export function parseOptions<const S extends OptionSpecs>(specs: S, argv: readonly string[]): Parsed<S> {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        { type: spec.kind === 'flag' ? 'boolean' : 'string' },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values: Record<string, boolean | number | string | string[]> = {};
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.kind === 'flag') values[name] = false;
    else if (spec.kind === 'list') values[name] = [];
    else if (spec.default !== undefined) values[name] = spec.default;
  }
  const positionals: string[] = [];
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = specs[token.name];
    if (spec === undefined) {
      const names = Object.keys(specs).map((name) => `--${name}`);
      throw new UsageError(`Unknown option ${token.rawName}. ${suggestion(token.rawName, names)}`);
    }
    given.add(token.name);
    const value = readValue(token.name, spec, token.value, token.inlineValue ?? false);
    if (spec.kind === 'list') (values[token.name] as string[]).push(String(value));
    else values[token.name] = value;
  }
  return { values: values as OptionValues<S>, positionals, given };
}

/**
 * As {@link parseOptions}, for a command that takes nothing else.
 * @throws {UsageError} also when something on the line is no option
 */
export function parseOptionsOnly<const S extends OptionSpecs>(
  specs: S,
  argv: readonly string[],
): Omit<Parsed<S>, 'positionals'> {
  const { positionals, ...parsed } = parseOptions(specs, argv);
  if (positionals.length > 0) throw new UsageError(`It takes options only, and “${positionals[0]}” is none.`);
  return parsed;
}

/** Reads the options and the one argument of a command; `takes` says what it takes. @throws {UsageError} */
export function parseWithOne<const S extends OptionSpecs>(
  specs: S,
  argv: readonly string[],
  takes: string,
): Omit<Parsed<S>, 'positionals'> & { readonly argument: string } {
  const { positionals, ...parsed } = parseOptions(specs, argv);
  const [argument, ...more] = positionals;
  if (argument === undefined || more.length > 0) throw new UsageError(`${takes}, not ${positionals.length}.`);
  return { ...parsed, argument };
}

function readValue(
  name: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean,
): boolean | number | string {
  if (spec.kind === 'flag') {
    if (value !== undefined) throw new UsageError(`--${name} takes no value; leave out “=${value}”.`);
    return true;
  }
  const looksLikeOption = value !== undefined && !inline && /^-\D/.test(value);
  if (value === undefined || value === '' || looksLikeOption) {
    throw new UsageError(`--${name} needs a value: ${describe(spec)}.`);
  }
  switch (spec.kind) {
    case 'text':
    case 'list':
      return value;
    case 'choice':
      if (!spec.choices.includes(value)) {
        throw new UsageError(
          `--${name} is ${describe(spec)}, not “${value}”. ${suggestion(value, spec.choices)}`,
        );
      }
      return value;
    case 'integer': {
      const number = Number(value);
      if (!Number.isInteger(number) || number < spec.min || number > spec.max) {
        throw new UsageError(`--${name} is ${describe(spec)}, not “${value}”.`);
      }
      return number;
    }
  }
}

function describe(spec: Exclude<OptionSpec, { kind: 'flag' }>): string {
  switch (spec.kind) {
    case 'text':
    case 'list':
      return spec.value;
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
    case 'integer':
      return `a whole number from ${spec.min} to ${spec.max}`;
  }
}

/** Lines of the option table in `--help`. */
export function optionLines(specs: OptionSpecs): string[] {
  const rows = Object.entries(specs).map(([name, spec]) => [left(name, spec), right(spec)] as const);
  const width = Math.max(...rows.map(([text]) => text.length));
  return rows.map(([text, help]) => `  ${text.padEnd(width)}  ${help}`);
}

function left(name: string, spec: OptionSpec): string {
  switch (spec.kind) {
    case 'flag':
      return `--${name}`;
    case 'text':
    case 'list':
      return `--${name} ${spec.value}`;
    case 'choice':
      return `--${name} ${isLong(spec.choices) ? 'NAME' : spec.choices.join('|')}`;
    case 'integer':
      return `--${name} N`;
  }
}

function right(spec: OptionSpec): string {
  switch (spec.kind) {
    case 'flag':
      return spec.help;
    case 'list':
      return `${spec.help} (may be repeated)`;
    case 'choice': {
      const help = isLong(spec.choices) ? `${spec.help}: ${spec.choices.join(', ')}` : spec.help;
      return spec.default === undefined ? help : `${help} (default ${spec.default})`;
    }
    case 'text':
    case 'integer':
      return spec.default === undefined ? spec.help : `${spec.help} (default ${spec.default})`;
  }
}

/** Whether choices would make the left column too wide: they are then told on the right. */
function isLong(choices: readonly string[]): boolean {
  return choices.join('|').length > 40;
}
