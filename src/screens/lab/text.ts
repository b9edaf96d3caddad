import type { LabSettings } from '../../app/controller-types.ts';
import type { OptionValues } from '../../rl/options.ts';
import type { DeviceChoice } from '../../runtime/device.ts';
import { spoken } from '../../text/spoken.ts';

const setting: Record<keyof LabSettings, string> = {
  preset: 'Preset',
  gate: 'Gate',
  seed: 'Seed',
  steps: 'Steps',
  learningRate: 'Learning rate',
  device: 'Device',
  tasks: 'Tasks',
  overrides: 'Other settings',
};
const deviceChoice: Record<DeviceChoice, string> = {
  auto: 'Choose for me',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
};

/** Every sentence of the Lab. */
export const text = spoken('lab', {
  title: 'Lab',
  windowTitle: (done: number, of: number) => `${done} / ${of}`,
  skip: 'Skip to the run',
  /** What a link can leave out. */
  parts: {
    run: 'Run',
    settings: 'Settings',
    runs: 'Stored runs',
    scores: 'Results',
    pass: 'Answers over time',
    'gate-plot': 'Gate plot',
    groups: 'Completions',
    'try-it': 'Try it',
    curves: 'Curves',
  },
  run: {
    heading: 'Run',
    progress: (done: number, of: number) => `Step ${done} of ${of}`,
    left: (time: string) => `${time} left`,
    loadingLabel: 'Loading',
  },
  command: {
    run: 'Run',
    resume: 'Continue',
    pause: 'Pause',
    step: 'One step',
    phase: 'One phase',
    queue: 'Queue another run with these settings',
    queueShort: 'Queue',
    reset: 'Reset',
    cancel: 'Stop now',
    nextCompletion: 'Next completion',
    previousCompletion: 'Previous completion',
    toggleCompletion: 'Open or close the completion',
    nextGroup: 'Next group',
    previousGroup: 'Previous group',
    cycleGate: 'Look through another gate',
    openTryIt: 'Try the selected program',
    tryRun: 'Run the program in Try it',
    tryStop: 'Stop the program in Try it',
    runPause: 'Run or pause',
  },
  settings: {
    heading: 'Settings',
    summary: (gate: string, seed: number, steps: number) => `${gate}, seed ${seed}, ${steps} steps`,
    name: setting,
    presetAbout: 'Tasks, model and batch size.',
    seedAbout: 'Same seed, same device: the same run, number for number.',
    stepsAbout: 'Updates of the policy.',
    learningRateAbout:
      'How far one update moves. 1e-4 is safe here; at 2e-4 programs drifted away from their plans.',
    deviceAbout: 'Where the model runs.',
    device: deviceChoice,
    tasks: {
      preset: 'The preset’s own',
      about:
        'What the run is about: the world of the preset, or tasks of your own. A file can also be dropped here.',
      file: (name: string, count: number) => `${name} (${count} tasks)`,
      gone: 'A file that is not stored here',
      open: 'Open a file of tasks …',
      remove: 'Delete this file',
      removeAbout: (name: string) => `Delete ${name}; runs with it are kept, but cannot go on`,
      checking: (name: string, done: number, total: number) =>
        total === 0 ? `Reading ${name} …` : `Checking ${name}: ${done} of ${total} tasks`,
      report: (name: string, count: number, left: number) =>
        left === 0
          ? `${name}: all ${count} tasks can be used.`
          : `${name}: ${count} tasks can be used, ${left} left out.`,
      reasons: 'What was left out, and why',
      more: (n: number) => `… and ${n} more`,
      place: (unit: string, line: number, id?: string) =>
        id === undefined ? `${unit} ${line}` : `${unit} ${line} (${id})`,
      split: 'Held out by',
      splitBy: { id: 'single tasks', family: 'families' },
      splitAbout: 'Held-out tasks are never trained on.',
      heldOut: 'Share held out',
      heldOutAbout: 'At least one task, or family, is on either side.',
      heldOutInvalid: 'A number above 0 and below 1, such as 0.2.',
    },
    retrain: 'Train the starter again',
    retrainAbout: 'Trains the starting policy and the reward model from scratch, with their recorded seeds.',
    invalid: {
      seed: 'A whole number from 0 to 4294967295.',
      steps: 'A whole number from 1 to 10000.',
      learningRate: 'A number from 1e-7 to 1e-1, such as 1e-4.',
    },
  },
  options: {
    heading: 'All settings',
    changed: (n: number) => (n === 1 ? '1 unlike the preset' : `${n} unlike the preset`),
    asPreset: 'As the preset has them',
    idle: (why: string) => `No effect: ${why}.`,
    invalid: (values: OptionValues): string => {
      if (values.kind !== 'integer' && values.kind !== 'number') return '';
      const kind = values.kind === 'integer' ? 'A whole number' : 'A number';
      const from = values.kind === 'number' && values.above ? 'above' : 'from';
      return `${kind} ${from} ${values.low[0]}${values.high ? ` to ${values.high[0]}` : ''}.`;
    },
    weight: (symbol: string) => `weight of ${symbol}`,
    weightAbout: 'What it is multiplied with in the total.',
    weightInvalid: 'A number from 0 to 100.',
  },
  live: {
    heading: 'Change while it trains',
    about: 'Holds from the next step on. The run keeps every change, so that a repeat makes it too.',
    setting: (name: string, value: string) => `${name} ${value}`,
    next: (settings: string) => `Before the next step: ${settings}.`,
    change: (step: number, settings: string) => `From step ${step}: ${settings}`,
    list: 'What changed',
  },
  score: {
    heading: 'Results',
    heldOut: 'Held-out pass@1',
    heldOutAbout: 'tasks never trained on, strict tests',
    visible: 'Visible pass@1',
    visibleAbout: 'same tasks, only the tests training can see',
    thinking: 'Reasoning score',
    thinkingAbout: 'mean R_t of the latest step',
    thinkingBy: (model: string, scaling: string) => `mean R_t of the latest step, by “${model}”, ${scaling}`,
    withheld: 'Withheld',
    withheldAbout: 'share of R_t that the gate kept back',
    inversions: 'Inversions',
    inversionsAbout: 'pairs where R_t ranks a failure above a pass',
    lifted: (n: number) =>
      n === 1
        ? 'pairs by R_t; 1 failing completion made likelier'
        : `pairs by R_t; ${n} failing completions made likelier`,
    start: (v: string) => `from ${v}`,
    interval: (a: string, b: string) => `95 % ${a} – ${b}`,
    empty: '–',
  },
  chart: {
    heading: 'Curves',
    change: (settings: string, step: number) => `from step ${step}: ${settings}`,
    swap: (name: string, step: number) => `from step ${step}: scored by “${name}”`,
    interval: '95 % interval',
    pass: {
      title: 'Are its answers right?',
      about: 'Share of held-out tasks solved at the first try.',
      heldOut: 'strict tests (held-out)',
      visible: 'visible tests',
      empty: 'The first point appears with the evaluation before step 1.',
    },
    rewards: {
      title: 'Reward parts',
      about: 'Means over the completions of a step, before the gate.',
      empty: 'One point per step.',
    },
    gate: {
      title: 'What the gate does',
      about: 'How often it opens, and how much of R_t it keeps back.',
      open: 'open rate',
      withheld: 'withheld share',
      empty: 'One point per step.',
    },
    inversions: {
      title: 'Inversions',
      about: 'Pairs in a group that are ranked the wrong way round.',
      thinking: 'by R_t alone',
      ungated: 'by the ungated sum',
      empty: 'One point per step.',
    },
    entropy: {
      title: 'Entropy',
      about: 'How undecided the policy still is, in nats per token.',
      value: 'nats per token',
      empty: 'One point per step.',
    },
    kl: {
      title: 'KL to the start',
      about: (sampled: boolean, moving: boolean) =>
        `How far the policy has moved from ${moving ? 'the reference policy, which follows it' : 'where it began'} ` +
        `(k3 estimate${sampled ? ', from the first groups of each step' : ''}).`,
      value: 'nats per token',
      empty: 'One point per step.',
    },
    length: {
      title: 'Length',
      about: 'Mean tokens of a completion.',
      mean: 'all',
      terminated: 'finished',
      empty: 'One point per step.',
    },
    agreement: {
      title: 'Reasoning and answer',
      about: 'Share of completions whose answer is what their reasoning says.',
      value: 'agreement',
      empty: 'One point per step.',
    },
    health: {
      title: 'Groups that teach',
      about: 'A group whose rewards are all equal has no gradient.',
      mixed: 'mixed pass and fail',
      flat: 'no gradient',
      empty: 'One point per step.',
    },
  },
  plot: {
    title: 'The gate, completion by completion',
    about: 'Every dot is one completion of the latest step.',
    counted: 'R_t counted',
    withheld: 'R_t withheld',
    up: 'made more likely',
    down: 'made less likely',
    look: 'Look through',
    sameData: 'Same completions, advantages recomputed.',
    thisRun: 'this run',
    all: 'All groups',
    one: 'This group',
    scope: 'Show',
  },
  group: {
    heading: 'Completions of the latest step',
    step: (n: number) => `Step ${n}`,
    follow: 'Go to the latest step',
  },
  storage: {
    heading: 'An unfinished run is stored here',
    offer: (gate: string, seed: number, done: number, of: number, tasks?: string) =>
      `${gate}, seed ${seed}, ${tasks === undefined ? '' : `tasks of ${tasks}, `}${done} of ${of} steps`,
    resume: 'Continue',
    look: 'Look at it',
    training: 'Another run is training',
    finished: 'Finished runs',
  },
});
