import { commandHelp, overviewHelp, type Command, type Terminal } from './command.ts';
import { benchmarkBuild } from './commands/benchmark-build.ts';
import { benchEngine } from './commands/bench-engine.ts';
import { benchGpu } from './commands/bench-gpu.ts';
import { benchModels } from './commands/bench-models.ts';
import { evaluate } from './commands/eval.ts';
import { experiment } from './commands/experiment.ts';
import { evalCompare } from './commands/eval-compare.ts';
import { exportCommand } from './commands/export.ts';
import { grade } from './commands/grade.ts';
import { lessonRecord } from './commands/lesson-record.ts';
import { modelGet } from './commands/model-get.ts';
import { options } from './commands/options.ts';
import { pairsBuild } from './commands/pairs-build.ts';
import { policyTrain } from './commands/policy-train.ts';
import { sft } from './commands/sft.ts';
import { gpuCounts } from './commands/gpu-counts.ts';
import { rewardBench } from './commands/reward-bench.ts';
import { rewardScore } from './commands/reward-score.ts';
import { rewardTrain } from './commands/reward-train.ts';
import { starter } from './commands/starter.ts';
import { tasksCheck } from './commands/tasks-check.ts';
import { tasksNew } from './commands/tasks-new.ts';
import { train } from './commands/train.ts';
import { verifyFormulasCommand } from './commands/verify-formulas.ts';
import { verifyModel } from './commands/verify-model.ts';
import { verifyRewardCommand } from './commands/verify-reward.ts';
import { CliError, EXIT, UsageError, type ExitCode } from './errors.ts';
import { suggestion } from '../src/nearest.ts';

const COMMANDS: readonly Command[] = [
  train,
  options,
  verifyModel,
  verifyFormulasCommand,
  verifyRewardCommand,
  grade,
  // The longer name first: it begins like the other.
  evalCompare,
  evaluate,
  experiment,
  tasksCheck,
  tasksNew,
  benchEngine,
  benchGpu,
  benchModels,
  gpuCounts,
  starter,
  policyTrain,
  sft,
  pairsBuild,
  rewardTrain,
  rewardBench,
  rewardScore,
  benchmarkBuild,
  lessonRecord,
  exportCommand,
  modelGet,
];

const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  log: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
};

/** The command whose words begin `argv`, and what follows them. */
function findCommand(argv: readonly string[]): { command: Command; rest: readonly string[] } {
  for (const command of COMMANDS) {
    const words = command.name.split(' ');
    if (words.every((word, i) => argv[i] === word)) return { command, rest: argv.slice(words.length) };
  }
  const [first = '', second] = argv;
  const siblings = COMMANDS.map(({ name }) => name).filter((name) => name.startsWith(`${first} `));
  const names = siblings.length > 0 ? siblings : COMMANDS.map(({ name }) => name);
  const words = second === undefined || second.startsWith('-') ? first : `${first} ${second}`;
  throw new UsageError(`There is no command “${words}”. ${suggestion(words, names)}`);
}

const asksForHelp = (word: string | undefined): boolean =>
  word === '--help' || word === '-h' || word === 'help';

/** Runs one command line. @returns the exit code */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal): Promise<ExitCode> {
  try {
    if (argv.length === 0) {
      terminal.log(`${overviewHelp(COMMANDS)}\n`);
      return EXIT.usage;
    }
    if (asksForHelp(argv[0])) {
      terminal.out(
        argv.length > 1 ? commandHelp(findCommand(argv.slice(1)).command) : overviewHelp(COMMANDS),
      );
      return EXIT.ok;
    }
    const { command, rest } = findCommand(argv);
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.out(commandHelp(command));
      return EXIT.ok;
    }
    return await command.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const hint = error instanceof UsageError ? '\nSee --help.' : '';
    terminal.log(`${error.message}${hint}\n`);
    return error.exitCode;
  }
}
