import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ROOT } from '../../scripts/install.mjs';
import type {
  AutomationEvent,
  DeviceUsed,
  TrainOverrides,
  TrainRequest,
  TrainResult,
  TrainSummary,
} from '../../src/headless/requests.ts';
import type { TrainConfig } from '../../src/rl/types.ts';
import type { Exchange } from '../exchange.ts';
import { DEFAULT_PRESET, findPreset, PRESETS } from '../../src/run/presets.ts';
import type { SummaryRow } from '../../src/report/report.ts';
import { messageOf } from '../../src/errors.ts';
import { DEFAULT_GATE, GATE_NAMES } from '../../src/rl/gate.ts';
import type { ConfigChange } from '../../src/rl/types.ts';
import { withPage } from '../browser.ts';
import type { Command, Terminal } from '../command.ts';
import { EXIT, InputError, UsageError, type ExitCode } from '../errors.ts';
import { shown } from '../files.ts';
import { parseOptionsOnly, type Parsed } from '../options.ts';
import { asInputError, findReward, findStart, type ModelFolder } from '../model-folder.ts';
import { OVERRIDE_NAMES, parseOverrides } from '../overrides.ts';
import { evalLine, RunFolder, stepLine, type RunFile, type RunRequest } from '../run-folder.ts';
import { RunProgress } from '../run-progress.ts';
import { duration } from '../progress.ts';
import { ADAPTER_OPTION, SEED_OPTION, deviceOption, folderOption } from '../shared-options.ts';
import { requestedTasks, served, tasksLines, TASKS_OPTIONS } from '../task-file.ts';

const OPTIONS = {
  preset: {
    kind: 'choice',
    choices: PRESETS.map(({ name }) => name),
    help: 'what to train on and how',
    default: DEFAULT_PRESET,
  },
  gate: {
    kind: 'choice',
    choices: GATE_NAMES,
    help: 'when the thinking reward counts',
    default: DEFAULT_GATE,
  },
  steps: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    help: 'updates of the policy (default: as many as the preset says)',
  },
  seed: SEED_OPTION,
  device: deviceOption('where to compute; auto takes WebGPU on real hardware'),
  ...TASKS_OPTIONS,
  policy: folderOption('folder of the policy to start from (default: the starter)'),
  adapter: ADAPTER_OPTION,
  reward: folderOption(
    'folder of the reward model, or of an adapter beside the policy (default: the starter’s)',
  ),
  set: { kind: 'list', value: 'KEY=VALUE', help: 'another field of the configuration' },
  changes: {
    kind: 'text',
    value: 'FILE',
    help: 'settings that change during the run: a list, or the config.json of a run',
  },
  out: folderOption('folder of the run (default runs/ and the time)'),
  resume: { kind: 'flag', help: 'continue the run in --out from its last checkpoint' },
  json: { kind: 'flag', help: 'one JSON object per line on stdout: tasks, step, eval, summary' },
} as const;

type Options = Omit<Parsed<typeof OPTIONS>, 'positionals'>;

export const train: Command = {
  name: 'train',
  summary: 'train a policy in a headless browser',
  usage: '[options]',
  description:
    'Trains in the page, headless, and writes into the folder of the run: config.json, metrics.jsonl, every\n' +
    'completion in rollouts.jsonl, report.html with the curves, the trained policy in policy/, and browser/ with the\n' +
    'checkpoints. A run that was stopped, however it was, continues with --resume.\n\n' +
    `Presets:\n${presetLines()}\n\nKeys of --set: ${wrapped(OVERRIDE_NAMES)}.\n` +
    'What each does: npm run -s posterior -- options NAME.',
  options: OPTIONS,
  examples: [
    'train --steps 40',
    'train --gate outcome --seed 2 --out runs/outcome-2 --json',
    'train --set learningRate=2e-4 --set beta=0.02',
    'train --changes runs/first/config.json',
    'train --gate ungated --reward runs/reward-model/reward',
    'train --tasks tasks.jsonl --split family --held-out 0.3',
    'train --resume --out runs/outcome-2',
  ],
  async run(argv, terminal) {
    const options = parseOptionsOnly(OPTIONS, argv);
    const begun = await (options.values.resume ? reopen(options) : begin(options, terminal));
    return trainInto(begun, options.values.json, terminal);
  },
};

/** A run with the models that it brings along. */
interface Begun {
  readonly folder: RunFolder;
  readonly request: RunRequest;
  /** The configuration that the run had before it was stopped. */
  readonly before?: TrainConfig;
  readonly models: {
    readonly policy: ModelFolder | null;
    readonly reward: { readonly name: string; readonly folder: ModelFolder } | null;
  };
}

/** The tasks of a file are in the run's own store by their hash, once it has begun. */
function tasksFor({ request, before }: Begun, exchange: Exchange): Pick<TrainRequest, 'tasks' | 'overrides'> {
  const { tasks, overrides } = request;
  if (tasks === null) return { tasks, overrides };
  if (before === undefined) return { tasks: served(tasks, exchange), overrides };
  const { domain, tasks: source, taskSettings, maxPromptTokens } = before;
  const kept = { domain, tasks: source, taskSettings, maxPromptTokens } as TrainOverrides;
  return { tasks: null, overrides: { ...kept, ...overrides } };
}

async function findModels({ policy, adapter, reward }: RunRequest): Promise<Begun['models']> {
  return {
    policy: await findStart({ policy, adapter }),
    reward: reward === null ? null : { name: nameOf(reward), folder: await findReward(reward) },
  };
}

/** `reward train --out NAME` puts its model into `NAME/reward`. */
const nameOf = (folder: string): string =>
  basename(folder) === 'reward' ? basename(dirname(folder)) : basename(folder);

async function begin({ values }: Options, terminal: Terminal): Promise<Begun> {
  const { preset, gate, seed, device } = values;
  const { config } = findPreset(preset);
  const steps = values.steps ?? config.steps;
  const changes = values.changes === undefined ? null : readChanges(values.changes);
  const tasks = await requestedTasks(values);
  const { settings: overrides, notes } = parseOverrides(
    values.set,
    { ...config, gate, seed, steps },
    changes,
  );
  for (const note of notes) terminal.log(`Note: ${note}\n`);
  const twice = tasks && ['domain', 'tasks', 'taskSettings'].find((name) => name in overrides);
  if (twice) throw new UsageError(`--tasks says what ${twice} is; leave one of them out.`);
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const out = values.out ?? join(ROOT, 'runs', `${stamp}-${preset}-${gate}-seed${seed}`);
  const [policy, adapter, reward] = [values.policy, values.adapter, values.reward].map((path) =>
    path ? resolve(path) : null,
  );
  const request: RunRequest = {
    preset,
    gate,
    steps,
    seed,
    device,
    overrides,
    resume: false,
    tasks,
    policy: policy ?? null,
    adapter: adapter ?? null,
    reward: reward ?? null,
  };
  const models = await findModels(request);
  const folder = await RunFolder.create(out);
  folder.saveConfig({ request });
  return { folder, request, models };
}

/** Options that are left out keep what the run began with; one that would make it another run is refused. */
async function reopen({ values, given }: Options): Promise<Begun> {
  if (values.out === undefined) throw new UsageError('--resume needs --out with the folder of the run.');
  const { folder, file } = RunFolder.open(values.out);
  if (file.finished) {
    throw new InputError(
      `The run in ${values.out} has ended; its report is ${join(values.out, 'report.html')}.`,
    );
  }
  const before = file.request;
  for (const name of ['preset', 'gate', 'seed', 'steps'] as const) {
    if (given.has(name) && values[name] !== before[name]) {
      throw new UsageError(
        `The run in ${values.out} has --${name} ${before[name]}, not ${values[name]}. ` +
          `Leave --${name} out to resume it, or start another run without --resume.`,
      );
    }
  }
  for (const name of ['policy', 'adapter', 'reward'] as const) {
    const own = before[name] ?? null;
    if (!given.has(name) || resolve(values[name] ?? '') === own) continue;
    const had = own === null ? `no --${name}` : `--${name} ${shown(own)}`;
    throw new UsageError(
      `The run in ${values.out} has ${had}. Leave --${name} out to resume it, or start another run without --resume.`,
    );
  }
  for (const name of ['tasks', 'split', 'held-out'] as const) {
    if (given.has(name))
      throw new UsageError(
        `The run in ${values.out} keeps the tasks that it has. Leave --${name} out to resume it, or start another run without --resume.`,
      );
  }
  for (const name of ['set', 'changes'] as const) if (given.has(name)) refuseChanges(name, values, before);
  const device = given.has('device') ? values.device : before.device;
  const request = { ...before, device, resume: true };
  const models = await findModels(request);
  return { folder, request, models, ...(file.config ? { before: file.config } : {}) };
}

/** What the run began with may be said again; anything else would make it another run. */
function refuseChanges(
  name: 'set' | 'changes',
  { set, changes, out }: Options['values'],
  { overrides }: RunRequest,
): void {
  const given =
    name === 'set'
      ? parseOverrides(set).settings
      : { changes: parseOverrides([], undefined, readChanges(changes!)).settings.changes };
  const isSame = Object.entries(given).every(
    ([key, value]) => JSON.stringify(value) === JSON.stringify(overrides[key as keyof typeof overrides]),
  );
  if (!isSame) throw new UsageError(`--${name} would change the run in ${out}. Leave it out to resume.`);
}

/** What is to change during the run: a list, or what a run's config.json has of it. */
function readChanges(path: string): unknown {
  const found = readJson(path) as { changes?: unknown; config?: { changes?: unknown } } | null;
  const changes = Array.isArray(found) ? found : (found?.changes ?? found?.config?.changes);
  if (changes === undefined)
    throw new InputError(`${path} names no changes: it is neither a list of them nor a run’s config.json.`);
  return changes;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InputError(`${path} cannot be read as JSON: ${messageOf(error)}.`);
  }
}

async function trainInto(begun: Begun, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { folder, request, models, before } = begun;
  const progress = json ? null : new RunProgress(terminal, request.steps);
  const print = (value: unknown): void => {
    if (json) terminal.out(JSON.stringify(value));
  };
  let file: RunFile = before ? { request, config: before } : { request };
  const note = (known: Omit<RunFile, 'request'>): void => {
    file = { ...file, ...known };
    folder.saveConfig(file);
  };
  const onEvent = (event: AutomationEvent): void => {
    progress?.take(event);
    switch (event.type) {
      case 'run':
        note({ config: event.config, device: event.device, runId: event.runId });
        return;
      case 'reward-model': {
        const now = event.turns.at(-1);
        if (now !== undefined) note({ rewardModel: { id: now.id, name: now.name } });
        return;
      }
      case 'step':
        folder.addStep(event.record, event.rollouts);
        print(stepLine(event.record));
        return;
      case 'eval':
        folder.addEval(event.record);
        print(evalLine(event.record));
        return;
      case 'notice':
        if (json) terminal.log(`${event.message}\n`);
        return;
      case 'tasks':
        if (json) print(event);
        else for (const line of tasksLines(event.report)) progress?.say(line);
        return;
      case 'change':
        progress?.say(changeText(event.change));
        print({ type: 'change', ...event.change });
        return;
      case 'phase':
      case 'checkpoint':
      case 'progress':
        return;
    }
  };
  progress?.say(`Opening the page; the run is kept in ${shown(folder.path)}`);
  let result: TrainResult;
  try {
    const page = { profile: folder.profile, device: request.device, onEvent };
    result = await withPage(page, async (call, exchange) => {
      const { policy, reward } = models;
      const inbox = exchange.inbox(resolve(folder.path));
      const trained = await call('train', {
        ...request,
        ...tasksFor(begun, exchange),
        policy: policy && exchange.model(policy),
        reward: reward && { name: reward.name, ...exchange.model(reward.folder) },
        upload: inbox.url,
      });
      await inbox.commit();
      return trained;
    }).catch(asInputError);
  } finally {
    progress?.end();
  }
  const { files: _, ...summary } = result;
  note({ config: summary.config, device: summary.device, runId: summary.runId, finished: true });
  // Only here: what draws charts takes longer to load than many a mistake takes to find.
  const [{ renderReport, summaryRows }, { parseHTML }] = await Promise.all([
    import('../../src/report/report.ts'),
    import('linkedom'),
  ]);
  const { steps, evals, rollouts } = folder;
  const { document } = parseHTML('<!doctype html><html></html>');
  const report = folder.saveReport(renderReport({ ...summary, steps, evals, rollouts }, document));
  print({ type: 'summary', ...summary, out: folder.path });
  if (!json) terminal.out(table(summaryRows({ ...summary, steps }), summary, report));
  return EXIT.ok;
}

const changeText = ({ step, settings }: ConfigChange): string =>
  `From step ${step + 1}: ${Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`;

const number = (value: number | null): string => (value === null ? '–' : value.toFixed(3)).padStart(8);

function table(rows: readonly SummaryRow[], summary: TrainSummary, report: string): string {
  return [
    `${''.padEnd(18)}${'start'.padStart(8)}${'end'.padStart(8)}`,
    ...rows.map(({ label, start, end }) => `${label.padEnd(18)}${number(start)}${number(end)}`),
    `${'time'.padEnd(18)}${duration(summary.seconds).padStart(16)}`,
    `${'engines’ memory'.padEnd(18)}${`${Math.ceil(summary.engineBytes / 2 ** 20)} MB`.padStart(16)}`,
    `${'device'.padEnd(18)}${describe(summary.device).padStart(16)}`,
    '',
    `Report: ${shown(report)}`,
  ].join('\n');
}

const describe = ({ kind }: DeviceUsed): string => kind;

function presetLines(): string {
  return PRESETS.map(({ name, description }) => `  ${name.padEnd(10)}${description}`).join('\n');
}

function wrapped(names: readonly string[], width = 100): string {
  const lines: string[] = [''];
  for (const [i, name] of names.entries()) {
    const word = i === names.length - 1 ? name : `${name}, `;
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last + word;
  }
  return lines.map((line) => line.trimEnd()).join('\n  ');
}
