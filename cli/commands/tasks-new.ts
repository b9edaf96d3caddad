import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { exampleText } from '../../src/domains/files/template.ts';
import type { Command } from '../command.ts';
import { EXIT, InputError } from '../errors.ts';
import { parseOptionsOnly } from '../options.ts';
import { writeText } from '../write-files.ts';
import { fileOption } from '../shared-options.ts';

const OPTIONS = {
  domain: { kind: 'choice', choices: ['code', 'maths'], help: 'kind of tasks', default: 'code' },
  template: { kind: 'flag', help: 'with a “comment” in each that says what it shows' },
  out: fileOption('where to write it (default: stdout)'),
} as const;

export const tasksNew: Command = {
  name: 'tasks new',
  summary: 'write an example of a file of tasks',
  usage: '[options]',
  description:
    'Writes a few tasks in the project’s own form, one JSON object a line, to be changed into your own. “tasks check”\n' +
    'accepts them as they are. A file that is there is not overwritten.',
  options: OPTIONS,
  examples: ['tasks new --template --out tasks.jsonl', 'tasks new --domain maths > problems.jsonl'],
  async run(argv, terminal) {
    const { domain, template, out } = parseOptionsOnly(OPTIONS, argv).values;
    const text = exampleText(domain, template);
    if (out === undefined) terminal.out(text.trimEnd());
    else if (existsSync(out)) throw new InputError(`${out} is there already. Choose another --out.`);
    else await writeText(resolve(out), text);
    return EXIT.ok;
  },
};
