/**
 * Every setting of a run in one table: what it is by default, what it may be, what it does, where that is from, and what
 * others call it. The schema, the form, the command line's help and `docs/options.md` are made from it.
 */
import { FORMAT_PROFILES } from '../domains/format-profiles.ts';
import { DEFAULT_DOMAIN, DEFAULT_SOURCE, DOMAIN_NAMES } from '../domains/index.ts';
import { DEFAULT_SYSTEM_PROMPT, PROMPT_STYLES } from '../domains/prompting.ts';
import { ALL_LINEAR, LORA_TARGETS } from '../model/lora.ts';
import { KL_ESTIMATORS } from '../programs/loss.ts';
import { REASONING_CREDITS } from './credit.ts';
import { DEFAULT_GATE, DEFAULT_THRESHOLD, GATE_NAMES } from './gate.ts';
import { asksModel, REASONING_REWARDS } from './reasoning-reward.ts';
import { SCALING_KINDS } from './scaling.ts';
import { SCHEDULER_TYPES } from './schedule.ts';
import { ADVANTAGE_KINDS, type FullConfig, SAMPLING_FILTERS } from './types.ts';

/** A limit, and what is wrong with a value beyond it. */
export type Limit = readonly [limit: number, fault: string];

export type OptionValues =
  | { readonly kind: 'integer'; readonly low: Limit; readonly high: Limit }
  /** `above`: the lower limit itself is too low. */
  | { readonly kind: 'number'; readonly low: Limit; readonly high?: Limit; readonly above?: true }
  | { readonly kind: 'choice'; readonly choices: readonly [string, ...string[]] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'name'; readonly fault: string }
  /** Some of the choices with commas between them, or the word for all of them. */
  | { readonly kind: 'some'; readonly choices: readonly string[]; readonly all: string }
  /** Several lines, or none. */
  | { readonly kind: 'text'; readonly longest: Limit }
  /** With a schema of its own. */
  | { readonly kind: 'weights' | 'changes' | 'task settings' };

export const OPTION_GROUPS = [
  'Run',
  'Tasks',
  'Prompt',
  'Sampling',
  'Reward',
  'Advantage',
  'Loss',
  'KL',
  'LoRA',
  'Update',
  'Evaluation',
] as const;

export interface Option {
  readonly group: (typeof OPTION_GROUPS)[number];
  /** Short, for a field of a form. */
  readonly label: string;
  readonly values: OptionValues;
  readonly default: unknown;
  /** Empty for a pure number. */
  readonly unit: '' | 'tokens' | 'steps' | 'ms' | 'prompts' | 'completions' | 'tasks' | 'updates' | 'share';
  /** What it does, in a sentence or two. */
  readonly effect: string;
  /** Where it is from, with the version of a paper where it matters. */
  readonly source: string;
  /** What TRL's and verl's configurations call it, where they have it. */
  readonly trl?: string;
  readonly verl?: string;
  /** Other names that are understood. */
  readonly aliases?: readonly string[];
  /** How theirs differs, where it has other values: its name is then told, and not understood. */
  readonly differs?: string;
  /** Values of others that are understood. */
  readonly means?: Readonly<Record<string, string | number>>;
  /** Why it changes nothing in this configuration; `null` where it does. */
  readonly idle?: (config: FullConfig) => string | null;
}

const integer = (low: Limit, high: Limit): OptionValues => ({ kind: 'integer', low, high });
const number = (low: Limit, high: Limit): OptionValues => ({ kind: 'number', low, high });
const choice = (choices: readonly [string, ...string[]]): OptionValues => ({ kind: 'choice', choices });
const FLAG: OptionValues = { kind: 'flag' };
const notNegative: Limit = [0, 'must not be negative'];
const atLeastOne: Limit = [1, 'must be at least 1'];
const atMost = (limit: number, unit = ''): Limit => [
  limit,
  `must be at most ${limit.toLocaleString('en')}${unit}`,
];
const share = number(notNegative, atMost(1));

const when = (idle: boolean, why: string): string | null => (idle ? why : null);
/** Every update sees the policy that sampled, so that all importance ratios are 1. */
const onPolicy = ({ innerIterations, miniBatches }: FullConfig): boolean =>
  innerIterations === 1 && miniBatches === 1;
const RATIO_IS_ONE = 'with one update a step every importance ratio is 1';
/** What top-k and top-p leave of the log-probabilities. */
const RESTRICTED =
  'The log-probabilities of rollouts are of what was sampled from. Those of the loss, the KL term and the importance ratios are of all tokens, and the old ones are computed anew for it, so that the first ratio is 1.';
const NO_KL = 'beta is 0, so there is no KL term';
const noLora = ({ loraRank }: FullConfig): string | null => when(loraRank === 0, 'loraRank is 0');

export const OPTIONS = {
  preset: {
    group: 'Run',
    label: 'preset',
    values: { kind: 'name', fault: 'must not be empty' },
    default: 'custom',
    unit: '',
    effect: 'The named starting point that the other settings come from.',
    source: 'Posterior',
  },
  seed: {
    group: 'Run',
    label: 'seed',
    values: integer(notNegative, [2 ** 32 - 1, 'must be below 2³²']),
    default: 1,
    unit: '',
    effect: 'Decides which tasks are drawn and what is sampled. The same seed gives the same numbers.',
    source: 'Posterior',
    trl: 'seed',
    verl: 'data.seed',
  },
  steps: {
    group: 'Run',
    label: 'steps',
    values: integer(notNegative, atMost(1_000_000)),
    default: 100,
    unit: 'steps',
    effect: 'Rounds of sampling, scoring and updating.',
    source: 'Posterior',
    trl: 'max_steps',
    verl: 'trainer.total_training_steps',
  },
  checkpointEvery: {
    group: 'Run',
    label: 'checkpoint every',
    values: integer([0, 'must not be negative; 0 saves only at the end'], atMost(1_000_000)),
    default: 5,
    unit: 'steps',
    effect: 'How often the run is saved. 0 saves at the end alone.',
    source: 'Posterior',
    trl: 'save_steps',
    verl: 'trainer.save_freq',
  },
  changes: {
    group: 'Run',
    label: 'changes',
    values: { kind: 'changes' },
    default: [],
    unit: '',
    effect:
      'Settings that change during the run: a list of {"step", "settings"}, where step is the number of steps done before. learningRate, gate, gateThreshold, beta and temperature can change.',
    source: 'Posterior',
    idle: ({ changes, steps }) =>
      when(changes.length > 0 && changes.every(({ step }) => step >= steps), 'the run ends before the first'),
  },

  domain: {
    group: 'Tasks',
    label: 'domain',
    values: choice(DOMAIN_NAMES),
    default: DEFAULT_DOMAIN,
    unit: '',
    effect: 'What is learned: programs, verified in a sandbox, or mathematics, verified exactly.',
    source: 'Posterior',
  },
  tasks: {
    group: 'Tasks',
    label: 'tasks',
    values: { kind: 'name', fault: 'must be the name of a task source' },
    default: DEFAULT_SOURCE,
    unit: '',
    effect: 'The source of the domain’s tasks.',
    source: 'Posterior',
  },
  taskSettings: {
    group: 'Tasks',
    label: 'settings of the tasks',
    values: { kind: 'task settings' },
    default: {},
    unit: '',
    effect:
      'What the source of the tasks lets one choose. starter: families; half, the train tasks for the policy or those for a reward model, which share no composition; and of programs edgeShare, the share of the train tasks whose visible tests try the edge case.',
    source: 'Posterior',
  },
  curriculum: {
    group: 'Tasks',
    label: 'curriculum',
    values: choice(['none', 'pass-rate']),
    default: 'none',
    unit: '',
    effect:
      'Which tasks a step draws: any, or rather those whose pass rate p so far is near ½, with weights p(1 − p). A task not seen yet counts as p = ½.',
    source: 'after learnability, arXiv 2502.12272',
    verl: 'data.sampler',
    aliases: ['curriculum_learning'],
    differs: 'it is none or pass-rate',
  },
  timeoutMs: {
    group: 'Tasks',
    label: 'time limit of a program',
    values: integer([10, 'must be at least 10 ms, or no program can finish'], atMost(600_000, ' ms')),
    default: 2000,
    unit: 'ms',
    effect: 'How long a program may run against its tests.',
    source: 'Posterior',
  },

  promptStyle: {
    group: 'Prompt',
    label: 'prompt style',
    values: choice(PROMPT_STYLES),
    default: 'plain',
    unit: '',
    effect:
      'What the policy reads of a task. plain: the task alone. chat: the system prompt and the task as messages, by the model’s own chat template. few-shot: examples with their reasoning and answer, and then the task. The reward model reads the task alone, whatever the style.',
    source: 'chat: as in transformers; few-shot: arXiv 2005.14165',
  },
  systemPrompt: {
    group: 'Prompt',
    label: 'system prompt',
    values: { kind: 'text', longest: [10_000, 'must have at most 10,000 characters'] },
    default: DEFAULT_SYSTEM_PROMPT,
    unit: '',
    effect:
      'First message of a chat. It has to ask for the form that completions are read by; {answer} becomes what the task’s answer is. Empty sends no such message.',
    source: 'Posterior',
    idle: ({ promptStyle }) => when(promptStyle !== 'chat', `promptStyle is ${promptStyle}`),
  },
  shots: {
    group: 'Prompt',
    label: 'examples',
    values: integer(atLeastOne, atMost(64)),
    default: 3,
    unit: 'tasks',
    effect:
      'Train tasks with reference reasoning and answer that stand in front of a task, the same ones for all tasks of a run, chosen by its seed. The task itself is never among them, nor is a held-out one.',
    source: 'arXiv 2005.14165',
    aliases: ['num_fewshot'],
    idle: ({ promptStyle }) => when(promptStyle !== 'few-shot', `promptStyle is ${promptStyle}`),
  },
  formatProfile: {
    group: 'Prompt',
    label: 'form of completions',
    values: choice(FORMAT_PROFILES),
    default: 'strict',
    unit: '',
    effect:
      'How completions are read. strict: the think and the answer block, and nothing else. prefilled: the same, where the prompt already ends in the opening think tag. chat: text around the blocks is left out, an answer without a closing tag ends with the completion, and of an answer with a fenced code block the first one counts.',
    source: 'Posterior',
  },

  promptsPerStep: {
    group: 'Sampling',
    label: 'prompts a step',
    values: integer(atLeastOne, atMost(1024)),
    default: 12,
    unit: 'prompts',
    effect: 'Tasks that a step samples completions for.',
    source: 'Posterior',
    verl: 'data.train_batch_size',
  },
  groupSize: {
    group: 'Sampling',
    label: 'completions a prompt',
    values: integer(
      [2, 'must be at least 2, because a completion’s advantage is its distance from others of its group'],
      atMost(256),
    ),
    default: 8,
    unit: 'completions',
    effect: 'Completions of a group, which are compared with each other.',
    source: 'GRPO, arXiv 2402.03300',
    trl: 'num_generations',
    verl: 'actor_rollout_ref.rollout.n',
  },
  temperature: {
    group: 'Sampling',
    label: 'temperature',
    values: number(
      [0.01, 'must be at least 0.01; at 0 every completion of a group would be the same and teach nothing'],
      atMost(10),
    ),
    default: 1,
    unit: '',
    effect: 'What logits are divided by before sampling, and in every log-probability of the loss.',
    source: 'Posterior',
    trl: 'temperature',
    verl: 'actor_rollout_ref.rollout.temperature',
  },
  topK: {
    group: 'Sampling',
    label: 'top-k',
    values: integer([0, 'must not be negative; 0 samples from all tokens'], atMost(1_000_000)),
    default: 0,
    unit: 'tokens',
    effect: `Samples from the k most likely tokens alone, and those as likely as the last of them; 0 from all. ${RESTRICTED}`,
    source: 'arXiv 1805.04833; as in transformers',
    trl: 'top_k',
    verl: 'actor_rollout_ref.rollout.top_k',
    means: { '-1': 0 },
  },
  topP: {
    group: 'Sampling',
    label: 'top-p',
    values: { kind: 'number', low: [0, 'must be above 0'], above: true, high: [1, 'must be at most 1'] },
    default: 1,
    unit: 'share',
    effect: `Samples from the fewest most likely tokens that have this share of the probability together, after top-k; 1 from all. ${RESTRICTED}`,
    source: 'nucleus sampling, arXiv 1904.09751; as in transformers',
    trl: 'top_p',
    verl: 'actor_rollout_ref.rollout.top_p',
  },
  maxPromptTokens: {
    group: 'Sampling',
    label: 'longest prompt',
    values: integer(atLeastOne, atMost(32_768)),
    default: 128,
    unit: 'tokens',
    effect: 'Room for the prompt. A longer one is an error and is never cut off.',
    source: 'Posterior',
    trl: 'max_prompt_length',
    verl: 'data.max_prompt_length',
  },
  maxCompletionTokens: {
    group: 'Sampling',
    label: 'longest completion',
    values: integer([8, 'must be at least 8, or the tags alone do not fit'], atMost(32_768)),
    default: 128,
    unit: 'tokens',
    effect: 'Where sampling stops. It is also the L of the constant aggregation.',
    source: 'Posterior',
    trl: 'max_completion_length',
    verl: 'data.max_response_length',
  },
  dynamicSampling: {
    group: 'Sampling',
    label: 'dynamic sampling',
    values: choice(SAMPLING_FILTERS),
    default: 'none',
    unit: '',
    effect:
      'Replaces groups that teach nothing by others: those whose final rewards are all equal (reward), or those that all pass or all fail (accuracy), which also drops the all-pass groups that the posterior reward learns from.',
    source: 'DAPO, arXiv 2503.14476',
    verl: 'algorithm.filter_groups.metric',
    aliases: ['filter_groups'],
    means: {
      acc: 'accuracy',
      seq_final_reward: 'reward',
      seq_reward: 'reward',
      score: 'reward',
      true: 'reward',
      false: 'none',
    },
    idle: ({ dynamicSampling, klIn, beta }) =>
      when(
        dynamicSampling === 'reward' && klIn === 'reward' && beta > 0,
        'with the KL term in the reward no two rewards are equal',
      ),
  },
  maxResamples: {
    group: 'Sampling',
    label: 'most resamples',
    values: integer(atLeastOne, atMost(64)),
    default: 3,
    unit: '',
    effect:
      'How often a step samples again for groups it dropped. What is missing then is filled up with the dropped ones.',
    source: 'DAPO, arXiv 2503.14476',
    verl: 'algorithm.filter_groups.max_num_gen_batches',
    idle: ({ dynamicSampling }) => when(dynamicSampling === 'none', 'dynamicSampling is none'),
  },

  gate: {
    group: 'Reward',
    label: 'gate',
    values: choice(GATE_NAMES),
    default: DEFAULT_GATE,
    unit: '',
    effect:
      'When the thinking reward R_t counts: posterior after a pass, ungated always, outcome never, soft by the share of tests passed, threshold from a share on, correct-only among the passing completions of a group alone.',
    source: 'arXiv 2508.05170 v3, eq. 1; soft: v2, section 5; correct-only: PAPO, arXiv 2603.26535',
  },
  gateThreshold: {
    group: 'Reward',
    label: 'threshold τ',
    values: share,
    default: DEFAULT_THRESHOLD,
    unit: 'share',
    effect: 'Share of the visible tests from which on R_t counts. At 1 the gate is the posterior one.',
    source: 'Posterior',
    idle: ({ gate, changes }) =>
      when(
        gate !== 'threshold' && changes.every(({ settings }) => settings.gate !== 'threshold'),
        `the gate is ${gate}`,
      ),
  },
  rewardWeights: {
    group: 'Reward',
    label: 'weights',
    values: { kind: 'weights' },
    default: {},
    unit: '',
    effect:
      'What each reward is multiplied with in the total, such as {"thinking": 0.5}. 1 where nothing is said.',
    source: 'TRL',
    trl: 'reward_weights',
    differs: 'it is an object by reward, such as {"thinking": 0.5}, and no list',
    idle: ({ gate, rewardWeights }) =>
      when(
        gate === 'outcome' && Object.keys(rewardWeights).join() === 'thinking',
        'the gate is outcome, so R_t never counts',
      ),
  },
  reasoningReward: {
    group: 'Reward',
    label: 'where R_t comes from',
    values: choice(REASONING_REWARDS),
    default: 'model',
    unit: '',
    effect:
      'The reward model, or a control in its place: random numbers, the reward model’s R_t shuffled among the passing completions of each group, or an oracle that gives 1 where the reasoning is right, checked exactly, and 0 elsewhere. Only starter tasks and hard ones can be checked exactly.',
    source: 'Posterior',
    idle: ({ gate, changes }) =>
      when(neverCounts(gate, changes), 'the gate is outcome, so R_t is only watched'),
  },
  rewardScaling: {
    group: 'Reward',
    label: 'from score to R_t',
    values: choice(SCALING_KINDS),
    default: 'sigmoid',
    unit: '',
    effect: 'How the unbounded score of the reward model becomes R_t in [0, 1].',
    source: 'Posterior; the paper does not say',
    idle: ({ gate, reasoningReward }) =>
      when(!asksModel(reasoningReward), `reasoningReward is ${reasoningReward}, so nothing is scored`) ??
      when(gate === 'outcome', 'the gate is outcome, so R_t is only watched'),
  },
  overlongBuffer: {
    group: 'Reward',
    label: 'overlong buffer',
    values: integer(notNegative, atMost(32_768)),
    default: 0,
    unit: 'tokens',
    effect:
      'Last tokens of the budget over which a punishment for length grows from 0 in a straight line. 0 punishes nothing.',
    source: 'DAPO, arXiv 2503.14476, eq. 13',
    verl: 'reward_model.overlong_buffer.len',
    aliases: ['overlong_buffer_len'],
  },
  overlongPenalty: {
    group: 'Reward',
    label: 'overlong penalty',
    values: {
      kind: 'number',
      low: [0, 'must be above 0; overlongBuffer 0 punishes nothing'],
      high: atMost(100),
      above: true,
    },
    default: 1,
    unit: '',
    effect: 'What a completion that uses up its whole budget loses of its reward.',
    source: 'DAPO, arXiv 2503.14476, eq. 13',
    verl: 'reward_model.overlong_buffer.penalty_factor',
    idle: ({ overlongBuffer }) => when(overlongBuffer === 0, 'overlongBuffer is 0'),
  },

  advantage: {
    group: 'Advantage',
    label: 'advantage',
    values: choice(ADVANTAGE_KINDS),
    default: 'group',
    unit: '',
    effect:
      'How rewards become advantages: divided by the deviation of the group or of the batch, centred only (none), against the mean of the others (rloo), each reward normalised by itself, summed and normalised over the batch (gdpo), or 1 for the best passing completion of a group and 0 for the others (raft).',
    source:
      'GRPO, arXiv 2402.03300; none: Dr. GRPO, 2503.20783; rloo: 2402.14740; gdpo: 2601.05242; raft: 2304.06767',
    trl: 'scale_rewards',
    verl: 'algorithm.adv_estimator',
    means: { grpo: 'group', true: 'group', false: 'none' },
  },
  reasoningCredit: {
    group: 'Advantage',
    label: 'R_t is credited to',
    values: choice(REASONING_CREDITS),
    default: 'completion',
    unit: '',
    effect:
      'Which tokens learn from R_t: all of the completion, or those of the reasoning alone, up to and including the closing think tag. All later ones, and completions without reasoning, then have an advantage of the other rewards, by the same deviation.',
    source: 'Posterior; related: blockwise advantages, arXiv 2602.10231',
    idle: ({ gate, changes, advantage, rewardWeights }) =>
      when(neverCounts(gate, changes), 'the gate is outcome, so R_t never counts') ??
      when(advantage === 'raft', 'raft keeps a completion as a whole or not at all') ??
      when(rewardWeights.thinking === 0, 'R_t has a weight of 0'),
  },
  maskTruncatedCompletions: {
    group: 'Advantage',
    label: 'leave out what was cut off',
    values: FLAG,
    default: false,
    unit: '',
    effect:
      'Completions without end-of-text are not learned from. Their rewards still count for the mean and deviation of their group.',
    source: 'DAPO, arXiv 2503.14476',
    trl: 'mask_truncated_completions',
    aliases: ['overlong_filter'],
  },

  importance: {
    group: 'Loss',
    label: 'importance ratio',
    values: choice(['token', 'sequence']),
    default: 'token',
    unit: '',
    effect:
      'One importance ratio for each token, or one for the whole sequence: the geometric mean over its tokens.',
    source: 'sequence: GSPO, arXiv 2507.18071',
    trl: 'importance_sampling_level',
    idle: (config) => when(onPolicy(config), RATIO_IS_ONE),
  },
  surrogate: {
    group: 'Loss',
    label: 'surrogate',
    values: choice(['clipped', 'cispo']),
    default: 'clipped',
    unit: '',
    effect:
      'clipped: tokens beyond the clip have no gradient. cispo: their weight is cut off at 1 + clipHigh and all tokens keep a gradient.',
    source: 'PPO, arXiv 1707.06347; CISPO, arXiv 2506.13585',
    trl: 'loss_type',
    verl: 'actor_rollout_ref.actor.policy_loss.loss_mode',
    idle: (config) => when(onPolicy(config), `${RATIO_IS_ONE}, where both have the same gradient`),
  },
  aggregation: {
    group: 'Loss',
    label: 'aggregation',
    values: choice(['sequence', 'token', 'constant', 'micro-batch']),
    default: 'token',
    unit: '',
    effect:
      'How losses of tokens are put together: mean of each completion’s mean (TRL’s grpo), mean over all tokens of the update (dapo), sum over completions · maxCompletionTokens (dr_grpo), or mean of each micro-batch’s mean over tokens (bnpo).',
    source: 'GRPO, arXiv 2402.03300; DAPO, 2503.14476; Dr. GRPO, 2503.20783; BNPO as in TRL',
    trl: 'loss_type',
    verl: 'actor_rollout_ref.actor.loss_agg_mode',
    means: {
      grpo: 'sequence',
      dapo: 'token',
      dr_grpo: 'constant',
      bnpo: 'micro-batch',
      'token-mean': 'token',
      'seq-mean-token-mean': 'sequence',
      'seq-mean-token-sum-norm': 'constant',
    },
  },
  clipLow: {
    group: 'Loss',
    label: 'clip low ε',
    values: number(notNegative, [1, 'must be at most 1, because an importance ratio is never below 0']),
    default: 0.2,
    unit: '',
    effect:
      'How far below 1 the ratio may fall before a token with a negative advantage has no more gradient.',
    source: 'PPO, arXiv 1707.06347',
    trl: 'epsilon',
    verl: 'actor_rollout_ref.actor.clip_ratio_low',
    aliases: ['epsilon_low'],
    idle: (config) =>
      when(config.surrogate === 'cispo', 'cispo has no lower clip') ?? when(onPolicy(config), RATIO_IS_ONE),
  },
  clipHigh: {
    group: 'Loss',
    label: 'clip high ε',
    values: number(notNegative, atMost(100)),
    default: 0.28,
    unit: '',
    effect:
      'How far above 1 the ratio may rise before a token with a positive advantage has no more gradient; with cispo, where its weight is cut off.',
    source: 'clip-higher: DAPO, arXiv 2503.14476',
    trl: 'epsilon_high',
    verl: 'actor_rollout_ref.actor.clip_ratio_high',
    idle: (config) => when(onPolicy(config), RATIO_IS_ONE),
  },
  dualClip: {
    group: 'Loss',
    label: 'dual clip c',
    values: number(notNegative, atMost(1000)),
    default: 0,
    unit: '',
    effect: 'Largest ratio that counts where the advantage is negative. 0 sets no limit; verl’s is 3.',
    source: 'arXiv 1912.09729',
    trl: 'delta',
    verl: 'actor_rollout_ref.actor.clip_ratio_c',
    idle: (config) =>
      when(config.surrogate === 'cispo', 'cispo has no dual clip') ?? when(onPolicy(config), RATIO_IS_ONE),
  },
  entropyCoefficient: {
    group: 'Loss',
    label: 'entropy bonus',
    values: number(notNegative, atMost(1)),
    default: 0,
    unit: '',
    effect:
      'What the entropy of each token’s distribution is multiplied with before it is taken off the loss. 0 leaves it out.',
    source: 'A3C, arXiv 1602.01783',
    trl: 'entropy_coef',
    verl: 'actor_rollout_ref.actor.entropy_coeff',
    aliases: ['ent_coef'],
  },

  beta: {
    group: 'KL',
    label: 'KL coefficient β',
    values: number([0, 'must not be negative; 0 leaves the KL term out'], atMost(10)),
    default: 0,
    unit: '',
    effect: 'How strongly the policy is held to the reference policy. 0 leaves the KL term out.',
    source: 'GRPO, arXiv 2402.03300; the paper has none',
    trl: 'beta',
    verl: 'actor_rollout_ref.actor.kl_loss_coef',
    aliases: ['kl_coef', 'kl_coeff', 'init_kl_coef'],
  },
  klEstimator: {
    group: 'KL',
    label: 'KL estimator',
    values: choice(KL_ESTIMATORS),
    default: 'k3',
    unit: '',
    effect:
      'Of d = log π_ref − log π: −d (k1), d²/2 (k2) or e^d − d − 1 (k3). The gradient of k1 in the loss is 0 in the mean: it belongs in the reward.',
    source: 'Schulman, Approximating KL divergence, 2020',
    verl: 'actor_rollout_ref.actor.kl_loss_type',
    aliases: ['kl_penalty'],
    means: { kl: 'k1', mse: 'k2', low_var_kl: 'k3' },
    idle: ({ beta, changes }) => when(noKl(beta, changes), NO_KL),
  },
  klIn: {
    group: 'KL',
    label: 'KL term in',
    values: choice(['loss', 'reward']),
    default: 'loss',
    unit: '',
    effect:
      'Where the KL term stands: in the loss of every token, or, summed over the completion as it was sampled, taken off the reward.',
    source: 'loss: GRPO, arXiv 2402.03300; reward: RLOO, arXiv 2402.14740',
    verl: 'algorithm.use_kl_in_reward',
    means: { true: 'reward', false: 'loss' },
    idle: ({ beta, changes }) => when(noKl(beta, changes), NO_KL),
  },
  syncRefModel: {
    group: 'KL',
    label: 'moving reference',
    values: FLAG,
    default: false,
    unit: '',
    effect: 'The reference policy follows the policy, in steps: π_ref ← α·π + (1 − α)·π_ref.',
    source: 'TR-DPO, arXiv 2404.09656',
    trl: 'sync_ref_model',
    idle: ({ beta, changes, syncRefModel, refModelSyncSteps, steps }) =>
      when(noKl(beta, changes), `${NO_KL}; only the KL that is watched changes`) ??
      when(syncRefModel && refModelSyncSteps >= steps, 'the run ends before the reference moves'),
  },
  refModelSyncSteps: {
    group: 'KL',
    label: 'reference moves every',
    values: integer(atLeastOne, atMost(1_000_000)),
    default: 25,
    unit: 'steps',
    effect: 'How often the reference policy moves; TRL’s default is 512.',
    source: 'TR-DPO, arXiv 2404.09656',
    trl: 'ref_model_sync_steps',
    idle: ({ syncRefModel }) => when(!syncRefModel, 'syncRefModel is off'),
  },
  refModelMixupAlpha: {
    group: 'KL',
    label: 'mixup α',
    values: share,
    default: 0.6,
    unit: 'share',
    effect: 'The policy’s share in the new reference policy. 1 replaces it, which is all that LoRA allows.',
    source: 'TR-DPO, arXiv 2404.09656',
    trl: 'ref_model_mixup_alpha',
    idle: ({ syncRefModel }) => when(!syncRefModel, 'syncRefModel is off'),
  },

  loraRank: {
    group: 'LoRA',
    label: 'rank',
    values: integer([0, 'must not be negative; 0 trains all weights'], atMost(1024)),
    default: 0,
    unit: '',
    effect:
      'Trains two factors of this rank beside each chosen weight, and leaves the weights as they are: a checkpoint then holds the factors alone, and the run needs the model that it began with. 0 trains all weights.',
    source: 'LoRA, arXiv 2106.09685',
    trl: 'lora_r',
    verl: 'actor_rollout_ref.model.lora_rank',
  },
  loraAlpha: {
    group: 'LoRA',
    label: 'alpha',
    values: { kind: 'number', low: [0, 'must be above 0, or the factors have no effect'], above: true },
    default: 32,
    unit: '',
    effect: 'The product of the factors is multiplied with alpha / rank.',
    source: 'LoRA, arXiv 2106.09685',
    trl: 'lora_alpha',
    verl: 'actor_rollout_ref.model.lora_alpha',
    idle: noLora,
  },
  loraTargets: {
    group: 'LoRA',
    label: 'targets',
    values: { kind: 'some', choices: LORA_TARGETS, all: ALL_LINEAR },
    default: ALL_LINEAR,
    unit: '',
    effect: 'Projections of each layer that have factors.',
    source: 'names of PEFT',
    trl: 'lora_target_modules',
    verl: 'actor_rollout_ref.model.target_modules',
    idle: noLora,
  },
  loraRankStabilized: {
    group: 'LoRA',
    label: 'rank-stabilized',
    values: FLAG,
    default: false,
    unit: '',
    effect: 'Multiplies with alpha / √rank in place of alpha / rank (rsLoRA).',
    source: 'rsLoRA, arXiv 2312.03732',
    trl: 'use_rslora',
    idle: noLora,
  },

  learningRate: {
    group: 'Update',
    label: 'learning rate',
    values: {
      kind: 'number',
      low: [0, 'must be above 0, or nothing is learned'],
      high: [0.1, 'must be at most 0.1; models of this size want 1e-4 to 3e-4'],
      above: true,
    },
    default: 1e-4,
    unit: '',
    effect: 'Step size of AdamW, at the height of its schedule.',
    source: 'AdamW, arXiv 1711.05101',
    trl: 'learning_rate',
    verl: 'actor_rollout_ref.actor.optim.lr',
    aliases: ['lr'],
  },
  lrSchedulerType: {
    group: 'Update',
    label: 'learning-rate schedule',
    values: choice(SCHEDULER_TYPES),
    default: 'constant',
    unit: '',
    effect:
      'What becomes of the learning rate after the warm-up: it stays, or falls in a line or half a cosine.',
    source: 'as in Hugging Face’s trainers',
    trl: 'lr_scheduler_type',
    verl: 'actor_rollout_ref.actor.optim.lr_scheduler_type',
    aliases: ['lr_scheduler', 'warmup_style'],
    means: { constant_with_warmup: 'constant', cosine_with_min_lr: 'cosine' },
  },
  warmupSteps: {
    group: 'Update',
    label: 'warm-up',
    values: integer(notNegative, atMost(1_000_000)),
    default: 0,
    unit: 'steps',
    effect: 'First steps, over which the learning rate rises to its height.',
    source: 'as in Hugging Face’s trainers',
    trl: 'warmup_steps',
    verl: 'actor_rollout_ref.actor.optim.lr_warmup_steps',
  },
  minLrRate: {
    group: 'Update',
    label: 'rate left at the end',
    values: share,
    default: 0,
    unit: 'share',
    effect: 'Share of the learning rate that a falling schedule ends at.',
    source: 'as in Hugging Face’s trainers',
    trl: 'lr_scheduler_kwargs.min_lr_rate',
    verl: 'actor_rollout_ref.actor.optim.min_lr_ratio',
    idle: ({ lrSchedulerType }) => when(lrSchedulerType === 'constant', 'the schedule is constant'),
  },
  innerIterations: {
    group: 'Update',
    label: 'inner iterations',
    values: integer(atLeastOne, atMost(64)),
    default: 1,
    unit: '',
    effect:
      'How often a step learns from the completions it sampled. From the second on ratios differ from 1 and the clip acts.',
    source: 'GRPO, arXiv 2402.03300',
    trl: 'num_iterations',
    verl: 'actor_rollout_ref.actor.ppo_epochs',
  },
  miniBatches: {
    group: 'Update',
    label: 'mini-batches',
    values: integer(atLeastOne, atMost(1024)),
    default: 1,
    unit: 'updates',
    effect:
      'Parts that a step’s groups are divided into, one update each. From the second on ratios differ from 1.',
    source: 'PPO, arXiv 1707.06347',
    trl: 'steps_per_generation',
    verl: 'actor_rollout_ref.actor.ppo_mini_batch_size',
    aliases: ['num_minibatches'],
    differs: 'it is the number of updates that a step’s groups are divided over, and no size',
  },
  microBatch: {
    group: 'Update',
    label: 'micro-batch',
    values: integer(atLeastOne, atMost(4096)),
    default: 16,
    unit: 'completions',
    effect:
      'Completions whose gradient is computed at once. It fixes the order in which gradients are added up, so that numbers are the same on every device.',
    source: 'Posterior',
    trl: 'per_device_train_batch_size',
    verl: 'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu',
  },
  weightDecay: {
    group: 'Update',
    label: 'weight decay',
    values: share,
    default: 0,
    unit: '',
    effect: 'Decoupled weight decay of AdamW, on every trained tensor.',
    source: 'AdamW, arXiv 1711.05101',
    trl: 'weight_decay',
    verl: 'actor_rollout_ref.actor.optim.weight_decay',
  },
  maxGradNorm: {
    group: 'Update',
    label: 'largest gradient norm',
    values: {
      kind: 'number',
      low: [0, 'must be above 0, or every gradient is clipped to nothing'],
      above: true,
    },
    default: 1,
    unit: '',
    effect: 'Gradients with a larger L2 norm are scaled down to it.',
    source: 'Posterior',
    trl: 'max_grad_norm',
    verl: 'actor_rollout_ref.actor.grad_clip',
  },

  evalEvery: {
    group: 'Evaluation',
    label: 'evaluate every',
    values: integer(
      [0, 'must not be negative; 0 evaluates only at the start and the end'],
      atMost(1_000_000),
    ),
    default: 10,
    unit: 'steps',
    effect: 'How often the held-out tasks are tried. 0 tries them at the start and the end alone.',
    source: 'Posterior',
    trl: 'eval_steps',
    verl: 'trainer.test_freq',
  },
  evalTasks: {
    group: 'Evaluation',
    label: 'held-out tasks',
    values: integer(atLeastOne, atMost(100_000)),
    default: 128,
    unit: 'tasks',
    effect: 'Held-out tasks of an evaluation, one completion each; the same every time.',
    source: 'Posterior',
  },
} as const satisfies { readonly [K in keyof FullConfig]: Option };

export type OptionName = keyof FullConfig;

/** No gate of the run lets R_t through. */
const neverCounts = (gate: FullConfig['gate'], changes: FullConfig['changes']): boolean =>
  gate === 'outcome' && changes.every(({ settings }) => (settings.gate ?? gate) === gate);

const noKl = (beta: number, changes: FullConfig['changes']): boolean =>
  beta === 0 && changes.every(({ settings }) => !settings.beta);

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];
export const optionOf = (name: OptionName): Option => OPTIONS[name];

/** A setting that changes nothing in a configuration, and why. */
export interface IdleOption {
  readonly name: OptionName;
  readonly why: string;
}

/** Of some settings, those that have no effect in this configuration. */
export const idleOptions = (config: FullConfig, names: readonly OptionName[] = OPTION_NAMES): IdleOption[] =>
  names.flatMap((name) => {
    const why = optionOf(name).idle?.(config) ?? null;
    return why === null ? [] : [{ name, why }];
  });

/** That a setting has no effect, in a sentence. */
export const idleSentence = ({ name, why }: IdleOption): string => `${name} has no effect: ${why}.`;
