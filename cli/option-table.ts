/** The table of settings, for a terminal and for `docs/options.md`. */
import {
  type Option,
  OPTION_GROUPS,
  OPTION_NAMES,
  type OptionName,
  optionOf,
  type OptionValues,
} from '../src/rl/options.ts';

/** A number as people write it: 1e-4 and not 0.0001. */
const short = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential().replace('e-0', 'e-') : String(value);

/** What an option is when it is not set. */
export function defaultText({ default: value }: Option): string {
  if (typeof value === 'number') return short(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What it may be. */
export function rangeText(values: OptionValues): string {
  switch (values.kind) {
    case 'integer':
      return `whole, ${values.low[0]} to ${values.high[0]}`;
    case 'number': {
      const from = values.above ? `above ${values.low[0]}` : `from ${values.low[0]}`;
      return values.high ? `${from} to ${values.high[0]}` : from;
    }
    case 'choice':
      return values.choices.join(', ');
    case 'flag':
      return 'true, false';
    case 'name':
      return 'a name';
    case 'some':
      return `${values.all}, or some of ${values.choices.join(', ')}`;
    case 'text':
      return `a text of up to ${values.longest[0]} characters`;
    case 'weights':
      return 'an object of numbers, 0 to 100';
    case 'changes':
      return 'a list';
    case 'task settings':
      return 'an object';
  }
}

const inGroup = (group: Option['group']): OptionName[] =>
  OPTION_NAMES.filter((name) => optionOf(name).group === group);

/** Lines for a terminal: name, default and range of every option. */
export function optionTable(): string {
  const width = Math.max(...OPTION_NAMES.map((name) => name.length));
  const defaults = OPTION_NAMES.map((name) => defaultText(optionOf(name)).length);
  return OPTION_GROUPS.flatMap((group) => [
    group,
    ...inGroup(group).map((name) => {
      const option = optionOf(name);
      const value = defaultText(option).padEnd(Math.max(...defaults));
      return `  ${name.padEnd(width)}  ${value}  ${rangeText(option.values)}`;
    }),
    '',
  ])
    .join('\n')
    .trimEnd();
}

/** All that is known about one option. */
export function optionText(name: OptionName): string {
  const option = optionOf(name);
  const rows: [string, string][] = [
    ['default', `${defaultText(option)}${option.unit === '' ? '' : ` ${option.unit}`}`],
    ['range', rangeText(option.values)],
    ['source', option.source],
    ['TRL', option.trl ?? '–'],
    ['verl', option.verl ?? '–'],
    ...(option.differs === undefined ? [] : [['differs', option.differs] as [string, string]]),
    ...(option.aliases === undefined ? [] : [['also', option.aliases.join(', ')] as [string, string]]),
  ];
  return [`${name}: ${option.effect}`, ...rows.map(([key, value]) => `  ${key.padEnd(8)} ${value}`)].join(
    '\n',
  );
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** `docs/options.md`. */
export function optionMarkdown(): string {
  const sections = OPTION_GROUPS.flatMap((group) => [
    `## ${group}`,
    '',
    '| setting | default | range | effect | TRL | verl | source |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...inGroup(group).map((name) => {
      const option = optionOf(name);
      const unit = option.unit === '' ? '' : ` ${option.unit}`;
      const effect =
        option.differs === undefined ? option.effect : `${option.effect} TRL and verl: ${option.differs}.`;
      const cells = [
        `\`${name}\``,
        `${defaultText(option)}${unit}`,
        rangeText(option.values),
        effect,
        option.trl === undefined ? '–' : `\`${option.trl}\``,
        option.verl === undefined ? '–' : `\`${option.verl}\``,
        option.source,
      ];
      return `| ${cells.map(cell).join(' | ')} |`;
    }),
    '',
  ]);
  return `${INTRODUCTION}\n\n${sections.join('\n')}`.trimEnd().concat('\n');
}

const INTRODUCTION = `# Settings of a run

Made from \`src/rl/options.ts\` by \`npm run -s posterior -- options --markdown\`; a test holds the two together. Presets set some
of these differently.

Set one with \`train --set NAME=VALUE\`. TRL's and verl's names are understood where they mean the same, and so are \`lr\`,
\`kl_coef\`, \`epsilon\`, \`clip_ratio\`, \`loss_type\` and \`loss_mode\`; a name that is not known brings up the nearest one.
Settings that contradict each other are refused. One that has no effect in a combination says so where it is set.

TRL's \`epsilon_high\` with \`loss_type="cispo"\` is the bound itself, which is 1 + \`clipHigh\` here. TRL's entropy bonus is a mean
over tokens, whatever the aggregation; here and in verl it is aggregated as the rest of the loss is. verl's advantages add 1e-6 to
the deviation, TRL's and Posterior's 1e-4. Hugging Face's schedules give the first step of the warm-up a rate of 0; here it has
the first share of the rate. Neither has a setting that credits a reward to a part of a completion, but their losses take
advantages of tokens. With a ratio for the sequence each of these moves its own token, here and in verl (GSPO-token), and all
tokens in TRL. \`interop/loss_check.py\` compares advantages, losses and gradients with the code of both.

What changes during a run is part of the run: the Lab writes it into the run's \`changes\`, and \`train --changes FILE\` makes the
same changes again, from a list or from a run's \`config.json\`.`;
