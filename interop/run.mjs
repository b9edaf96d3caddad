/**
 * `npm run interop`: exports a run and checks the folder with the real packages, one line a check. Options: `--venv DIR` for
 * the Python environment, `--keep DIR` to keep what was exported and recorded, names of checks to run only those.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, exitWith, ROOT } from '../scripts/install.mjs';
import { interopEnvironment } from '../scripts/real-model-folder.mjs';
import { ensureEnvironment, EnvironmentError } from './environment.mjs';

const CANNOT_RUN = 77;

/** Name, and the file that is run. */
const CHECKS = [
  ['logits', 'checks/logits.py', 'transformers gives our logits and our greedy texts'],
  ['ids', 'checks/ids.py', 'tokenizers gives our ids'],
  ['scores', 'checks/scores.py', 'AutoModelForSequenceClassification gives our scores'],
  ['adapter', 'checks/adapter.py', 'PEFT gives the scores of our reward adapter'],
  ['lora', 'checks/lora.py', 'PEFT with the adapter of our run is the policy that we merge'],
  ['reward', 'checks/reward_module.py', 'the exported reward module gives our rewards'],
  ['trl', 'checks/trl_train.py', 'TRL’s GRPOTrainer trains on the exported folder'],
  ['back', 'checks/back.py', 'the policy that TRL trained comes back'],
  ['verl', 'checks/verl_config.py', 'verl reads the tasks, the settings and the reward function'],
  ['ray', 'checks/ray_grading.py', 'Ray grades on two workers'],
  ['loss', 'loss_check.py', 'the losses of TRL and verl are ours'],
];

/** A step of one seed, sampled from a policy as it is shipped: a thousand completions, hot enough for all that can go wrong. */
const runOf = (preset) => [
  'train', '--preset', preset, '--device', 'wasm', '--seed', '7', '--steps', '1', '--set', 'promptsPerStep=125',
  '--set', 'groupSize=8', '--set', 'temperature=1.3', '--set', 'evalTasks=1',
]; // prettier-ignore

const log = (text) => process.stderr.write(text);

function posterior(args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts', 'run.mjs'), ...args],
    {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  if (status !== 0)
    throw new EnvironmentError(`posterior ${args[0]} ended with ${status}:\n${stdout}${stderr}`);
}

/** The runs, the folders that are checked, and what Posterior computes itself. */
function prepare(work) {
  const at = (name) => join(work, name);
  log('Sampling and grading a thousand completions of programs, and of mathematics …\n');
  posterior([...runOf('starter'), '--out', at('run')]);
  posterior([...runOf('maths'), '--out', at('maths-run')]);
  log('Exporting …\n');
  const exported = (run, target, out) =>
    posterior(['export', at(run), '--to', target, '--set', 'promptsPerStep=12', '--out', at(out)]);
  exported('run', 'trl', 'trl');
  exported('run', 'verl', 'verl');
  exported('maths-run', 'trl', 'maths');
  log('Training a reward model as an adapter …\n');
  const short = ['--lora-rank', '4', '--steps', '20', '--batch', '16', '--rate', '0.003'];
  posterior(['reward', 'train', ...short, '--out', at('reward-model')]);
  log('Training a policy by LoRA …\n');
  const lora = ['loraRank=4', 'learningRate=0.01', 'promptsPerStep=8', 'groupSize=8', 'evalTasks=1'];
  const settings = lora.flatMap((each) => ['--set', each]);
  posterior([
    'train', '--preset', 'starter', '--device', 'wasm', '--seed', '7', '--steps', '3', ...settings, '--out', at('lora-run'),
  ]); // prettier-ignore
  log('Recording what Posterior computes …\n');
  const folders = ['record', 'trl', 'run', 'maths', 'maths-run', 'reward-model/reward'].map(at);
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(ROOT, 'interop', 'record.ts'), ...folders],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new EnvironmentError(`The record could not be made:\n${stderr}`);
  return [at('trl'), at('verl'), at('record'), work];
}

/** Runs a check and prints its line. @returns 'passed', 'failed' or 'cannot run' */
function check([name, file, what], python, paths) {
  const { status, stdout, stderr } = spawnSync(python, [join(ROOT, 'interop', file), ...paths], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      TOKENIZERS_PARALLELISM: 'false',
      HF_HUB_OFFLINE: '1',
      POSTERIOR_ROOT: ROOT,
      POSTERIOR_NODE: process.execPath,
    },
  });
  const detail = stdout.trim().split('\n').at(-1) ?? '';
  const result = status === 0 ? 'passed' : status === CANNOT_RUN ? 'cannot run' : 'failed';
  process.stdout.write(`${result.padEnd(10)}  ${name.padEnd(7)} ${what}: ${detail}\n`);
  if (result === 'failed') log(stderr.trim().split('\n').slice(-12).join('\n') + '\n');
  return result;
}

function main() {
  const { values, positionals } = parseArgs({
    options: { venv: { type: 'string' }, keep: { type: 'string' } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !CHECKS.some(([known]) => known === name));
  if (unknown !== undefined)
    throw new EnvironmentError(
      `There is no check “${unknown}”; they are ${CHECKS.map(([name]) => name).join(', ')}.`,
    );
  ensureInstalled();
  const python = ensureEnvironment(resolve(values.venv ?? interopEnvironment()), log);
  const work =
    values.keep === undefined ? mkdtempSync(join(tmpdir(), 'posterior-interop-')) : resolve(values.keep);
  mkdirSync(work, { recursive: true });
  try {
    const paths = prepare(work);
    const chosen = CHECKS.filter(([name]) => positionals.length === 0 || positionals.includes(name));
    const results = chosen.map((each) => check(each, python, paths));
    const count = (result) => results.filter((each) => each === result).length;
    process.stdout.write(
      `${count('passed')} passed, ${count('failed')} failed, ${count('cannot run')} cannot run\n`,
    );
    process.exitCode = count('failed') > 0 || count('passed') === 0 ? 1 : 0;
  } finally {
    if (values.keep === undefined) rmSync(work, { recursive: true, force: true, maxRetries: 20 });
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof EnvironmentError)) exitWith(error);
  log(`${error.message}\n`);
  process.exitCode = 2;
}
