/** A run as a folder that other tools work with: models, tasks, rewards, launch files. Plain data in, files out. */
import type { TaskSet } from '../domains/domain.ts';
import type { Prompting } from '../domains/prompting.ts';
import { jsonFile, type NamedFile } from '../model/hugging-face.ts';
import { fullConfig } from '../rl/config.ts';
import { weightOf } from '../rl/gate.ts';
import { REWARDS } from '../rl/rewards/index.ts';
import type { Scaling, ScalingFile } from '../rl/scaling.ts';
import type { TrainConfig } from '../rl/types.ts';
import { type ExportedModel, modelFolder } from './model.ts';
import { overrideLines, trlSettings, verlOverrides } from './launch.ts';
import { verlParquet } from './parquet.ts';
import { readme } from './readme.ts';
import { trlRows, verlRows } from './tasks.ts';

export const TARGETS = ['hf', 'trl', 'verl'] as const;
export type Target = (typeof TARGETS)[number];

/** The run cannot be handed to this trainer as it is; the message says what cannot be and what can. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** What is handed over. */
export interface Export {
  /** Where it comes from, for a person: `starter`, or the name of a run’s folder. */
  readonly from: string;
  readonly policy: ExportedModel;
  readonly reward: ExportedModel & { readonly scaling: ScalingFile };
  /** How a raw score becomes R_t in this run. */
  readonly scaling: Scaling;
  readonly config: TrainConfig;
  readonly domain: string;
  readonly tasks: TaskSet;
  /** What the policy reads of a task. */
  readonly prompting: Prompting;
}

/** Python files that stand in every folder for a trainer, and those of each one, by their names in `python`. */
const REWARD_CODE = ['posterior_reward.py', 'posterior_answers.py', 'posterior_programs.py'];
const TEMPLATES: Readonly<Record<Target, readonly string[]>> = {
  hf: [],
  trl: [...REWARD_CODE, 'train_trl.py', 'accelerate.yaml'],
  verl: [...REWARD_CODE, 'train_verl.sh'],
};

/** Content of a file of the folder `python`. */
export type ReadTemplate = (name: string) => Uint8Array<ArrayBuffer>;

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** The version of what `posterior.json` says. */
export const EXPORT_VERSION = 1;

/**
 * All files of the folder.
 * @throws ExportError, TokenizerError, TaskRowError
 */
export function exportFiles(what: Export, target: Target, template: ReadTemplate): NamedFile[] {
  check(what, target);
  const { policy, reward } = what;
  const config = fullConfig(what.config);
  const launch = { trl: trlSettings(config), verl: verlOverrides(config) };
  const notes = target === 'hf' ? [] : launch[target].notes;
  return [
    ...modelFolder('policy', {
      ...policy,
      // verl puts the template around every prompt, and only a chat of messages still lacks it.
      chat: target === 'verl' && what.prompting.messagesOf === undefined ? null : policy.chat,
      metadata: { recipe: JSON.stringify(config) },
      sampling: config,
      scaling: null,
    }),
    ...modelFolder('reward', {
      ...reward,
      metadata: { score_to_reward: what.scaling.kind },
      sampling: config,
    }),
    ...taskFiles(what, target),
    ...TEMPLATES[target].map((name): NamedFile => [name, template(name)]),
    ...(target === 'trl' ? [jsonFile('trl.json', launch.trl.settings, 2)] : []),
    ...(target === 'verl' ? [['verl.overrides', bytes(overrideLines(launch.verl.settings))] as const] : []),
    ['README.md', bytes(readme(what, target, notes))],
    jsonFile('posterior.json', settingsOf(what, target), 2),
  ];
}

function check({ policy, reward, scaling, tasks }: Export, target: Target): void {
  if (policy.config.head !== 'causal')
    throw new ExportError(
      'This model has a score head: it is a reward model, not a policy. Name the folder of a policy.',
    );
  if (reward.config.head !== 'score')
    throw new ExportError(
      'The reward model has no score head: it is a policy. Name the folder of a reward model.',
    );
  const [foreign] = [...tasks.train, ...tasks.heldOut].filter(
    (task) => ((task as { readonly language?: string }).language ?? 'python') !== 'python',
  );
  if (target !== 'hf' && foreign)
    throw new ExportError(
      `The task “${foreign.id}” is not of Python, which is all that the exported reward module runs. Export to hf, or train ` +
        'on a file without such tasks.',
    );
  if (target === 'verl' && scaling.kind === 'rank')
    throw new ExportError(
      'verl calls its reward function for one completion at a time, and rewardScaling “rank” compares those of a group. ' +
        'Export to trl, or choose another with --set rewardScaling=sigmoid.',
    );
}

const SPLITS = [
  ['train', 'train'],
  ['test', 'heldOut'],
] as const;

function taskFiles({ domain, tasks, prompting }: Export, target: Target): NamedFile[] {
  return SPLITS.map(([name, split]): NamedFile =>
    target === 'verl'
      ? [`tasks/${name}.parquet`, verlParquet(verlRows(domain, tasks[split], prompting))]
      : [
          `tasks/${name}.jsonl`,
          bytes(
            trlRows(domain, tasks[split], prompting)
              .map((row) => `${JSON.stringify(row)}\n`)
              .join(''),
          ),
        ],
  );
}

/** What the reward module reads, and what an import is told. Written last: a folder without it is not whole. */
const settingsOf = ({ from, config, domain, scaling }: Export, to: Target) => ({
  version: EXPORT_VERSION,
  from,
  to,
  domain,
  gate: config.gate,
  gateThreshold: fullConfig(config).gateThreshold,
  rewardWeights: Object.fromEntries(REWARDS.map(({ name }) => [name, weightOf(name, config)])),
  scaling,
  formatProfile: fullConfig(config).formatProfile,
  timeoutSeconds: config.timeoutMs / 1000,
  config,
});
