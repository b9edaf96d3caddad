import type { FormatProfile } from '../../domains/format-profiles.ts';
import type { PromptStyle } from '../../domains/prompting.ts';
import type { Outcome } from '../../evaluation/records.ts';
import type { TaskSetName } from '../../evaluation/task-sets.ts';
import type { Change, Sort, Suite } from '../../evaluation/task-rows.ts';
import { counted } from '../../counted.ts';
import { spoken } from '../../text/spoken.ts';
import type { BenchmarkStatus } from './state/benchmark-run.ts';
import type { Kind } from './state/exports.ts';
import type { Plan } from './state/plan.ts';

const status: Record<BenchmarkStatus, string> = {
  queued: 'Waiting for its turn',
  running: 'Evaluating',
  stopped: 'Stopped',
  done: 'Done',
};

const named: Record<TaskSetName, string> = {
  starter: 'held-out programs',
  hard: 'hard programs, with two conditions',
  maths: 'held-out mathematics',
};

const outcome: Record<Outcome, string> = {
  passes: 'passes every test',
  'visible only': 'passes the visible tests alone',
  fails: 'fails',
  'no form': 'no form',
};

const suite: Record<Suite, string> = { strict: 'Every test', visible: 'Visible tests' };

const change: Record<Change, string> = {
  fixed: 'fixed',
  better: 'better',
  same: 'same',
  worse: 'worse',
  broken: 'broken',
};

const changeMark: Record<Change, string> = { fixed: '▲', better: '△', same: '=', worse: '▽', broken: '▼' };

const sort: Record<Sort, string> = {
  drawn: 'as evaluated',
  family: 'by family',
  hardest: 'hardest first',
  change: 'largest change first',
};

const download: Record<Kind, readonly [label: string, about: string]> = {
  folders: [
    'Folders',
    'A zip with a folder for each policy, as eval --out writes it; eval compare reads them.',
  ],
  samples: ['Samples', 'JSON lines: every completion with its tokens and its verdict.'],
  estimates: ['Estimates', 'CSV: every number of the tables with its intervals.'],
  tasks: ['Tasks', 'CSV: how many samples of each task pass, by policy.'],
};

const promptStyle: Record<PromptStyle, string> = {
  plain: 'the task alone',
  chat: 'chat, by the model’s template',
  'few-shot': 'few-shot, examples first',
};

const formatProfile: Record<FormatProfile, string> = {
  strict: 'strict: the two blocks alone',
  prefilled: 'prefilled: the prompt opens the reasoning',
  chat: 'chat: words around the blocks are left out',
};

/** What the rates are, by the names that the command line prints. */
const rate: Readonly<Record<string, readonly [label: string, about: string]>> = {
  form: ['form', 'Share of completions that have the form.'],
  agreement: ['agreement', 'Share whose reasoning and answer say the same, of those where both can be read.'],
  truncated: ['cut off', 'Share that ran out of tokens.'],
  weak: ['weak', 'Share that could have interfered with its tests.'],
  length: ['length', 'Tokens, end-of-text included.'],
};

/** Every sentence of the Benchmark screen. */
export const text = spoken('benchmark', {
  title: 'Benchmark',
  skip: 'Skip to the results',
  mark: 'Evaluating',
  intro: {
    about:
      'Choose policies and tasks, and press Evaluate: how often do they solve tasks that they were not trained on?',
    terms: [
      ['pass@k', 'the chance that one of k samples passes; unbiased, from all samples of a task'],
      ['Strict', 'under every test of a task; what counts'],
      ['Visible', 'under the tests alone that training sees; the gap is what they miss'],
    ],
    quick: (tasks: number) => `Evaluate the bundled policy on ${tasks} tasks`,
  },
  command: {
    runStop: 'Stop or continue',
    stop: 'Stop',
    resume: 'Continue',
    nextTask: 'Next task',
    previousTask: 'Previous task',
  },
  status,
  policies: {
    heading: 'Policies',
    about: (most: number) =>
      `Up to ${most}. The first that you choose is what the others are compared with. Import others on the Models screen.`,
    site: 'Bundled policy',
    run: (gate: string, seed: number) => `${gate}, seed ${seed}`,
    last: (run: string, step: number) => `${run}: step ${step}`,
    start: (run: string) => `${run}: start`,
    place: (n: number) => `chosen as number ${n}`,
  },
  tasks: {
    label: 'Tasks',
    about: 'What a run trains on proves little: take held-out tasks.',
    named,
    file: (name: string, tasks: number) => `${name}: ${counted(tasks, 'task')}`,
    fileHeldOut: (name: string) => `${name}: what a run holds out`,
    open: 'Open a file of tasks …',
    openAbout: 'HumanEval, MBPP, GSM8K, tasks of your own and others; it can also be dropped here.',
    checking: (name: string, done: number, total: number) =>
      total === 0 ? `Reading ${name}` : `Checking ${name}: ${done} of ${total}`,
    report: (name: string, usable: number, leftOut: number) =>
      `${name}: ${counted(usable, 'task')} can be used${leftOut === 0 ? '' : `, ${leftOut} left out`}.`,
    reasons: 'Why',
    place: (unit: string, line: number, id: string | undefined) =>
      `${unit} ${line}${id === undefined ? '' : ` (${id})`}`,
    more: (n: number) => `and ${n} more`,
    closeReport: 'Close what is said of the file',
  },
  form: {
    heading: 'Evaluate',
    limit: 'Tasks at most',
    limitAbout: 'Or “all”.',
    limitInvalid: 'A whole number from 1, or “all”.',
    all: 'all',
    samples: 'Samples of each',
    samplesAbout: 'More of them say more about each task.',
    samplesInvalid: (most: number) => `A whole number from 1 to ${most}.`,
    ks: 'k of pass@k',
    ksAbout: 'At most as many as there are samples.',
    more: 'Sampling',
    temperature: 'Temperature',
    temperatureAbout: 'Training samples at 1.',
    temperatureInvalid: 'A number from 0.01 to 10.',
    seed: 'Seed',
    seedAbout: '0 draws as the evaluations of a run do.',
    seedInvalid: 'A whole number from 0.',
    tokens: 'Tokens of a completion',
    tokensAbout: 'Or “as trained”.',
    tokensInvalid: 'A whole number from 8 to 32768, or “as trained”.',
    asTrained: 'as trained',
    topK: 'Top-k',
    topKAbout: 'The most likely tokens to draw from, or “all”.',
    topKInvalid: 'A whole number from 1, or “all”.',
    topP: 'Top-p',
    topPAbout: 'The fewest with this share of the probability; 1 takes all.',
    topPInvalid: 'A number above 0 and at most 1.',
    prompts: 'Prompts',
    promptStyle: 'What a policy reads',
    promptStyleAbout: 'Models that others trained know the form by chat or by examples alone.',
    promptStyles: promptStyle,
    shots: 'Examples',
    shotsAbout: 'Train tasks with reasoning and answer, in front of each task.',
    shotsInvalid: (most: number) => `A whole number from 1 to ${most}.`,
    systemPrompt: 'System prompt',
    systemPromptAbout: 'It has to ask for the form. {answer} becomes what the tasks ask for.',
    formatProfile: 'How it is read',
    formatProfileAbout: 'The form that an answer must have.',
    formatProfiles: formatProfile,
    start: 'Evaluate',
  },
  problem: {
    noPolicy: 'Choose at least one policy.',
    manyPolicies: (n: number, most: number) => `Choose at most ${most} policies, not ${n}.`,
    noTasks: 'These tasks are not stored here any more: choose others, or open their file again.',
    noKs: 'Say which k to compute pass@k for, such as 1 or 1, 4.',
    otherDomain: (policy: string, own: string, tasks: string) =>
      `“${policy}” was trained on ${own.toLowerCase()}; these tasks are ${tasks.toLowerCase()}. It can be evaluated, but hardly knows them.`,
    unknownTraining: (policy: string) =>
      `Nobody knows how “${policy}” was trained: it reads the task alone, and its answer counts in the strict form only. Under Prompts it can be asked otherwise.`,
  },
  failure: {
    gone: 'It is not stored here any more.',
    changed: (what: string) =>
      `${what} since its first samples were drawn, so the rest would not belong to them. What is there stays; start another evaluation to have all of them.`,
    weights: 'Its weights have changed',
    tasks: 'The tasks have changed',
    sizes: 'The sizes have changed',
  },
  run: {
    heading: 'Evaluation',
    title: (policies: readonly string[], tasks: string) => `${policies.join(' · ')} on ${tasks}`,
    facts: ({ limit, samples, temperature, seed, topK, topP, prompts }: Plan) =>
      [
        limit === null ? 'All tasks' : `At most ${counted(limit, 'task')}`,
        `${counted(samples, 'sample')} of each`,
        `temperature ${temperature}`,
        ...(topK === 0 ? [] : [`top-k ${topK}`]),
        ...(topP === 1 ? [] : [`top-p ${topP}`]),
        `seed ${seed}`,
        ...(prompts.promptStyle === null ? [] : [`prompts: ${promptStyle[prompts.promptStyle]}`]),
        ...(prompts.formatProfile === null ? [] : [`read as ${prompts.formatProfile}`]),
      ].join(', '),
    left: (time: string) => `about ${time} left`,
    begins: 'opening models and tasks',
    tasks: (done: number, of: number | null) =>
      of === null ? 'not yet' : `${done} of ${counted(of, 'task')}`,
    failed: 'cannot be evaluated',
  },
  notes: {
    tooLong: (n: number, most: number) =>
      `${counted(n, 'task')} left out, with a prompt of more than ${most} tokens.`,
  },
  kept: {
    heading: 'Kept in this browser',
    tasks: (done: number, of: number) => `${done}/${of}`,
    tasksAbout: (done: number, of: number) => `${done} of ${counted(of, 'task')} evaluated`,
    remove: 'Delete',
    removeAbout: (title: string) => `Delete “${title}”`,
    confirm: 'Delete it with its samples?',
    keep: 'Keep',
  },
  results: {
    heading: 'Results',
    empty: 'Results appear with the first tasks.',
    about:
      'In brackets: 95 % intervals, by resampling tasks. Wilson’s are given where every task is one yes or no, as with one sample of each.',
    table: 'Estimates of the policies',
    policy: 'Policy',
    tasks: 'Tasks',
    tasksOf: (done: number, of: number) => (done === of ? String(of) : `${done} of ${of}`),
    passAt: (suiteName: Suite, k: number) => `${suiteName} pass@${k}`,
    suite: {
      strict: 'Under every test.',
      visible: 'Under the tests that training sees.',
    },
    rate,
    wilson: (interval: string) => `Wilson ${interval}`,
    figure: (k: number) =>
      `pass@${k} under the visible tests and under every test, with 95 % intervals by resampling tasks.`,
    k: 'k of the figure',
    spoken: (policy: string, strict: string, visible: string) =>
      `${policy}: strict ${strict}, visible ${visible}`,
    families: 'Families',
    familiesTable: 'Strict pass@k of each family',
    family: 'Family',
  },
  pair: {
    heading: 'Difference',
    from: 'From',
    to: 'To',
    refused: 'These two cannot be compared.',
    waiting: 'The difference appears once both have been evaluated on all tasks.',
    table: 'Difference of the two',
    quantity: 'quantity',
  },
  matrix: {
    heading: 'Task by task',
    about: 'How many samples pass. Arrow keys go from cell to cell; Enter opens the samples.',
    grid: 'Passes of each task and policy',
    suite: 'Passes under',
    suites: suite,
    family: 'Family',
    anyFamily: 'all families',
    change: 'What changed',
    anyChange: 'everything',
    changes: change,
    changeMark,
    changeOption: (name: string, n: number) => `${name} (${n})`,
    changeColumn: 'Change',
    changeAbout: 'Fixed: none passed before and some do now. Broken: some passed before and none does now.',
    sort: 'Order',
    sorts: sort,
    task: 'Task',
    shown: (n: number, of: number) => (n === of ? counted(of, 'task') : `${n} of ${counted(of, 'task')}`),
    none: 'No task matches.',
    cell: (passes: number, samples: number) => `${passes}/${samples}`,
    spoken: (task: string, policy: string, strict: number, visible: number, samples: number) =>
      `${task}, ${policy}: ${strict} of ${samples} pass every test, ${visible} the visible ones`,
    missing: (task: string, policy: string) => `${task}, ${policy}: not evaluated`,
    visibleToo: (n: number) => `+${n} visible`,
    more: (n: number) => `Show ${n} more`,
  },
  samples: {
    heading: (task: string) => task,
    of: (n: number) => `Sample ${n}`,
    policy: 'Policy',
    tokens: (n: number) => counted(n, 'token'),
    outcome,
    truncated: 'cut off',
    agree: 'reasoning and answer agree',
    differ: 'reasoning and answer differ',
    none: 'This policy has no samples of the task.',
    close: 'Close',
    reading: 'The tasks are being built; their texts will be here in a moment.',
  },
  download: {
    heading: 'Download',
    kinds: download,
    failed: (why: string) => `Nothing was downloaded: ${why}`,
  },
  error: {
    evaluation: {
      kept: 'Every part that was finished is kept.',
      todo: 'Press Continue to go on from there.',
    },
    heldElsewhere: 'This benchmark is being evaluated in another tab; stop it there to continue here.',
    held: { kept: 'Results are held until this page is left.', todo: 'Download what you need.' },
    unknown: 'The benchmark that the address names is not kept in this browser.',
    reading: { kept: 'What is stored was left as it is.', todo: 'Reload the page.' },
    tasks: { kept: 'Results are shown without the texts of their tasks.' },
    start: { kept: 'Nothing was started; what is stored is as it was.' },
    store: {
      kept: 'What is stored was left as it is.',
      todo: 'Reload the page, outside private windows.',
    },
    file: { kept: 'Nothing was stored of it.', todo: 'Correct the file and open it again.' },
    remove: { kept: 'It is still here.' },
  },
});
