import { canonicalSettings, unknownName } from '../../src/rl/option-names.ts';
import { type OptionName, OPTIONS } from '../../src/rl/options.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { optionMarkdown, optionTable, optionText } from '../option-table.ts';
import { parseOptions } from '../options.ts';

const OPTIONS_OF_COMMAND = {
  markdown: { kind: 'flag', help: 'print docs/options.md' },
  json: { kind: 'flag', help: 'print the table as JSON' },
} as const;

export const options: Command = {
  name: 'options',
  summary: 'say what the settings of a run are',
  usage: '[NAME…] [options]',
  description:
    'Without a name, lists every setting with its default and its range. With names, says what each does, where it is\n' +
    'from, and what TRL and verl call it; their names are understood.',
  options: OPTIONS_OF_COMMAND,
  examples: ['options', 'options clipHigh num_generations'],
  async run(argv, terminal) {
    const { values, positionals } = parseOptions(OPTIONS_OF_COMMAND, argv);
    if (positionals.length > 0) for (const name of positionals) terminal.out(optionText(optionNamed(name)));
    else if (values.json) terminal.out(JSON.stringify(OPTIONS, null, 2));
    else if (values.markdown) terminal.out(optionMarkdown().trimEnd());
    else terminal.out(optionTable());
    return EXIT.ok;
  },
};

function optionNamed(name: string): OptionName {
  const [own] = Object.keys(canonicalSettings({ [name]: null }).settings);
  if (own === undefined) throw new UsageError(unknownName(name));
  return own as OptionName;
}
