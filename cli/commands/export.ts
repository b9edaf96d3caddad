import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/install.mjs';
import { exportFiles, type Export, TARGETS } from '../../src/export/folder.ts';
import { domainOf, sourceOf, type TaskChoice } from '../../src/domains/index.ts';
import { GATE_NAMES } from '../../src/rl/gate.ts';
import { DEFAULT_SCALING, parseScalingFile, type ScalingFile, scalingOf } from '../../src/rl/scaling.ts';
import { readPolicy, readReward } from '../../src/workspace/run-models.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { type ExportSource, exportSource, shippedModels } from '../export/source.ts';
import { writeNewFolder } from '../export/new-folder.ts';
import { readJson } from '../files.ts';
import { asInputError, findModel, localModel } from '../model-folder.ts';
import { parseOptions } from '../options.ts';
import { parseOverrides } from '../overrides.ts';

const OPTIONS = {
  to: {
    kind: 'choice',
    choices: TARGETS,
    help: 'what the folder is for: models and tasks alone, TRL, or verl',
  },
  out: { kind: 'text', value: 'DIR', help: 'folder to write, which must be new or empty' },
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
    'The folder appears when it is whole. It comes back with train --policy DIR/policy --reward DIR/reward.\n' +
    'The reward module runs programs in plain processes, which are no sandbox.',
  options: OPTIONS,
  examples: [
    'export runs/mine --to trl --out exported/mine',
    'export starter --to verl --out exported/starter --set groupSize=16',
    'export starter --to hf --out exported/models',
  ],
  async run(argv, terminal) {
    const { values, positionals } = parseOptions(OPTIONS, argv);
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0)
      throw new UsageError(`export takes one run, model or starter, not ${positionals.length}.`);
    const { to, out, reward, gate, set, json } = values;
    if (to === undefined) throw new UsageError(`export needs --to with one of ${TARGETS.join(', ')}.`);
    if (out === undefined) throw new UsageError('export needs --out with the folder to write.');
    const found = exportSource(name);
    const config = { ...found.config, ...(gate && { gate }), ...parseOverrides(set, found.config).settings };
    const source = { ...found, config, reward: reward ?? found.reward };
    const files = await gather(source)
      .then((what) => exportFiles(what, to, (file) => new Uint8Array(readFileSync(join(templates, file)))))
      .catch(asInputError);
    await writeNewFolder(out, files);
    const names = files.map(([path]) => path);
    if (json) terminal.out(JSON.stringify({ out, to, files: names }));
    else terminal.out(`${names.length} files for ${to} in ${out}; its README.md says how to go on.`);
    return EXIT.ok;
  },
};

async function gather({ name, policy, reward, config }: ExportSource): Promise<Export> {
  const site = {
    tokenizerJson: await readJson(join(shippedModels(config), 'tokenizer.json')),
  };
  const rewardSource = localModel(await findModel(reward));
  const [readPolicyModel, readRewardModel, scaling, tasks] = await Promise.all([
    readPolicy(localModel(await findModel(policy)), site),
    readReward(rewardSource, site),
    rewardSource.json('scaling.json').then(scalingFile),
    sourceOf(config as TaskChoice).load(),
  ]);
  return {
    from: name,
    policy: readPolicyModel,
    reward: { ...readRewardModel, scaling },
    scaling: scalingOf(config.rewardScaling ?? 'sigmoid', scaling.calibration),
    config,
    domain: domainOf(config).name,
    tasks,
  };
}

const scalingFile = (stored: unknown): ScalingFile =>
  stored === null ? { scaling: DEFAULT_SCALING, calibration: null } : parseScalingFile(stored);
