import { EXIT_MEANINGS, type ExitCode } from './errors.ts';
import { optionLines, type OptionSpecs } from './options.ts';

/** Where a command writes: results to `out`, everything for a person's eyes to `log`. */
export interface Terminal {
  out(line: string): void;
  log(text: string): void;
  /** Whether `log` reaches a terminal that can redraw a line. */
  readonly interactive: boolean;
}

/** One command of the command line. Its file holds everything about it. */
export interface Command {
  /** Words that call it, such as `verify model`. */
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** What follows the name, such as `FILE [options]`. */
  readonly usage: string;
  /** Paragraphs below the usage. */
  readonly description: string;
  readonly options: OptionSpecs;
  readonly examples: readonly string[];
  run(argv: readonly string[], terminal: Terminal): Promise<ExitCode>;
}

const CALL = 'npm run -s posterior --';

export function commandHelp(command: Command): string {
  return [
    `Usage: ${CALL} ${command.name} ${command.usage}`.trimEnd(),
    '',
    command.description,
    '',
    'Options:',
    ...optionLines({ ...command.options, help: { kind: 'flag', help: 'show this text' } }),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${CALL} ${example}`),
    '',
    ...exitCodes(),
  ].join('\n');
}

export function overviewHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `Usage: ${CALL} <command> [options]`,
    '',
    'Posterior without a window: the same page in a headless browser.',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    `Each has its own help: ${CALL} train --help`,
    'Results go to stdout, messages to stderr.',
    '',
    ...exitCodes(),
  ].join('\n');
}

function exitCodes(): string[] {
  return [
    'Exit codes:',
    ...EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`),
  ];
}
