import type { Command } from '../command.ts';
import { EXIT, InputError } from '../errors.ts';
import { readJson } from '../files.ts';
import { parseWithOne } from '../options.ts';
import { MalformedFileError, type Verification } from '../../src/verify/formulas.ts';

const OPTIONS = {
  json: { kind: 'flag', help: 'leave the explanation on stderr out; stdout is the same' },
} as const;

/** A `verify` command whose reference is one JSON file and whose subject is pure functions: no browser needed. */
export function verifyFileCommand(
  about: Pick<Command, 'name' | 'summary' | 'description' | 'examples'>,
  verify: (json: unknown) => Verification,
): Command {
  return {
    ...about,
    usage: 'FILE [options]',
    options: OPTIONS,
    async run(argv, terminal) {
      const { values, argument: file } = parseWithOne(OPTIONS, argv, `${about.name} takes exactly one file`);
      const report = verified(file, await readJson(file), verify);
      terminal.out(JSON.stringify(report));
      if (!values.json) {
        const verdict = report.ok ? 'within' : 'beyond';
        terminal.log(
          `${report.checked} numbers compared, ${verdict} the tolerance of ${report.tolerance}.\n`,
        );
        for (const failure of report.failures) terminal.log(`  ${failure}\n`);
      }
      return report.ok ? EXIT.ok : EXIT.failed;
    },
  };
}

function verified(file: string, json: unknown, verify: (json: unknown) => Verification): Verification {
  try {
    return verify(json);
  } catch (error) {
    if (error instanceof MalformedFileError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
