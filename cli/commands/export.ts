import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '../../scripts/install.mjs';
import { exportFiles, type Export, TARGETS } from '../../src/export/folder.ts';
import type { TaskSet } from '../../src/domains/domain.ts';
import { domainOf, sourceOf, type TaskChoice } from '../../src/domains/index.ts';
import { promptingOf } from '../../src/domains/prompting.ts';
import { promptSettings } from '../../src/rl/config.ts';
import { GATE_NAMES } from '../../src/rl/gate.ts';
import { DEFAULT_SCALING, parseScalingFile, type ScalingFile, scalingOf } from '../../src/rl/scaling.ts';
import { readPolicy, readReward } from '../../src/workspace/run-models.ts';
import type { Command } from '../command.ts';
import { withPage } from '../browser.ts';
import { EXIT, InputError, UsageError } from '../errors.ts';
import { type ExportSource, exportSource, shippedModels } from '../export/source.ts';
import { writeNewFolder } from '../export/new-folder.ts';
import { readJson } from '../files.ts';
import { asInputError, findModel, localModel } from '../model-folder.ts';
import { parseWithOne } from '../options.ts';
import { parseOverrides } from '../overrides.ts';
import { findPolicy } from '../policy-folder.ts';
import { folderOption } from '../shared-options.ts';

const OPTIONS = {
  to: {
    kind: 'choice',
    choices: TARGETS,
    help: 'what the folder is for: models and tasks alone, TRL, or verl',
  },
  out: folderOption('folder to write, which must be new or empty'),
  reward: {
    kind: 'text',
    value: 'DIR',
    help: 'folder of the reward model (default: the run’s, or the starter’s)',
  },
  gate: {
    kind: 'choice',
    choices: GATE_NAMES,
    help: 'when the thinking reward counts (default: as the run)',
  },
  set: { kind: 'list', value: 'KEY=VALUE', help: 'another field of the configuration, as for train' },
  json: { kind: 'flag', help: 'the files as one JSON object on stdout' },
} as const;

const templates = join(ROOT, 'src', 'export', 'python');

export const exportCommand: Command = {
  name: 'export',
  summary: 'write a run as a folder that transformers, TRL or verl go on with',
  usage: 'RUN|MODEL|starter --to hf|trl|verl --out DIR [options]',
  description:
    'Writes the policy and the reward model in the layout of Hugging Face and the tasks as a table. For TRL and verl also the\n' +
    'reward as a Python module, the settings of the run in their words, what launches them, and a README with the commands.\n' +
    'A run that was stopped is exported as it was at its last checkpoint. The folder appears when it is whole. It comes back\n' +
    'with train --policy DIR/policy --reward DIR/reward.\n' +
    'The reward module runs programs in plain processes, which are no sandbox.',
  options: OPTIONS,
  examples: [
    'export runs/mine --to trl --out exported/mine',
    'export starter --to verl --out exported/starter --set groupSize=16',
    'export starter --to hf --out exported/models',
  ],
  async run(argv, terminal) {
    const { values, argument: name } = parseWithOne(OPTIONS, argv, 'export takes one run, model or starter');
    const { to, out, reward, gate, set, json } = values;
    if (to === undefined) throw new UsageError(`export needs --to with one of ${TARGETS.join(', ')}.`);
    if (out === undefined) throw new UsageError('export needs --out with the folder to write.');
    const found = exportSource(name);
    const { settings, notes } = parseOverrides(set, found.config);
    for (const note of notes) terminal.log(`${note}\n`);
    const config = { ...found.config, ...(gate && { gate }), ...settings };
    const source = { ...found, config, reward: reward ?? found.reward };
    const files = await withPolicy(resolve(name), source, gather)
      .then((what) => exportFiles(what, to, (file) => new Uint8Array(readFileSync(join(templates, file)))))
      .catch(asInputError);
    await writeNewFolder(out, files);
    const names = files.map(([path]) => path);
    if (json) terminal.out(JSON.stringify({ out, to, files: names }));
    else terminal.out(`${names.length} files for ${to} in ${out}; its README.md says how to go on.`);
    return EXIT.ok;
  },
};

type WithPolicy = ExportSource & { readonly policy: string };

/** The policy of a run that was stopped, or too large to be written again, comes out of its last checkpoint first. */
async function withPolicy<T>(
  path: string,
  { policy, ...source }: ExportSource,
  work: (source: WithPolicy) => Promise<T>,
): Promise<T> {
  if (policy !== null) return work({ ...source, policy });
  const { model, run } = await findPolicy(path);
  const { config, profile } = source;
  const folder = await mkdtemp(join(tmpdir(), 'posterior-export-'));
  try {
    await withPage({ profile, device: 'wasm', onEvent: () => undefined }, async (call, exchange) => {
      const inbox = exchange.inbox(folder);
      const served = model && exchange.model(model);
      await call('runPolicy', { run: run!.id, config, model: served, upload: inbox.url });
      await inbox.commit();
    });
    return await work({ ...source, policy: join(folder, 'policy') });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function gather({ name, policy, reward, config, profile }: WithPolicy): Promise<Export> {
  const site = {
    tokenizerJson: await readJson(join(shippedModels(config), 'tokenizer.json')),
  };
  const rewardSource = localModel(await findModel(reward));
  const [readPolicyModel, readRewardModel, scaling, tasks] = await Promise.all([
    readPolicy(localModel(await findModel(policy)), site),
    readReward(rewardSource, site),
    rewardSource.json('scaling.json').then(scalingFile),
    tasksOf(config, profile),
  ]);
  const domain = domainOf(config);
  const { chat, tokenizer } = readPolicyModel;
  return {
    from: name,
    policy: readPolicyModel,
    reward: { ...readRewardModel, scaling },
    scaling: scalingOf(config.rewardScaling ?? 'sigmoid', scaling.calibration),
    config,
    domain: domain.name,
    tasks,
    prompting: promptingOf(promptSettings(config), { domain, train: tasks.train, chat, tokenizer }),
  };
}

/** Those of a file are in the store of the run, under their hash. */
async function tasksOf(config: TaskChoice, profile: string | null): Promise<TaskSet> {
  const source = sourceOf(config);
  const { file } = source;
  if (file === null) return source.load();
  if (profile === null)
    throw new InputError(
      'The tasks of a file are exported with the run that was trained on them; name its folder.',
    );
  const page = { profile, device: 'wasm', onEvent: () => undefined } as const;
  return source.load(await withPage(page, (call) => call('storedTasks', { hash: file })));
}

const scalingFile = (stored: unknown): ScalingFile =>
  stored === null ? { scaling: DEFAULT_SCALING, calibration: null } : parseScalingFile(stored);
