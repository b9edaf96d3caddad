import type { EvaluationSet } from '../../experiment/file.ts';
import type { Aspect } from '../../experiment/twins.ts';
import type { Counted } from './state/activity.ts';
import type { ExperimentStatus } from './state/experiment-run.ts';
import type { PictureKind } from './state/pictures.ts';
import type { SiteFile } from './state/site-files.ts';
import { counted } from '../../counted.ts';
import { spoken } from '../../text/spoken.ts';

const status: Record<ExperimentStatus, string> = {
  idle: 'Ready',
  queued: 'Waiting for a run of the Lab',
  running: 'Computing',
  pausing: 'Pausing after this cell',
  paused: 'Paused',
  done: 'Done',
};

const activity: Record<Counted, (done: number, total: number) => string> = {
  policy: (done, total) => `fine-tuning its policy: step ${done} of ${total}`,
  reward: (done, total) => `training its reward model: step ${done} of ${total}`,
  pool: (done, total) => `finding tasks of the right difficulty: ${done} of ${total}`,
  step: (done, total) => (done === 0 ? 'evaluating the start' : `step ${done} of ${total}`),
  evaluation: (done, total) => `evaluating: ${done} of ${total} tasks`,
};

const siteFile: Record<SiteFile, { readonly title: string; readonly about: string }> = {
  gates: {
    title: 'What the gate changes',
    about: 'Posterior, ungated, outcome only and the untrained start.',
  },
  content: { title: 'What the reward model reads', about: 'Its R_t, the same shuffled, and random R_t.' },
  maths: { title: 'Gates in mathematics', about: 'Posterior, ungated and outcome only on exact answers.' },
};

const evaluationSet: Record<EvaluationSet, string> = {
  report: 'held-out tasks',
  development: 'held-out tasks kept for tuning',
  all: 'held-out tasks of both sets',
};

/** Every sentence of the screen Compare. */
export const text = spoken('compare', {
  title: 'Compare',
  skip: 'Skip to the comparison',
  mark: 'Computing, cells finished',
  intro: {
    about:
      'Does one way to train do better than another, or was it luck? An experiment is one file that says beforehand what is ' +
      'asked, what is expected, what is compared, and how often.',
    runs:
      'Runs of the Lab can be put side by side, too: tick two or more in the list. Those of one seed are twins, which are ' +
      'followed step by step to where they part.',
    terms: [
      ['Arm', 'one way to train: settings, a start, a reward model'],
      ['Seed', 'one repetition; all arms share it, so that they are compared pair by pair'],
      ['Cell', 'one arm with one seed: a whole training and an evaluation of its end'],
    ],
    kept: 'Finished cells are kept in this browser. Whatever stops an experiment, it goes on where it stopped, with the same numbers.',
    begin: (title: string) => `Open “${title}”`,
  },
  command: {
    runPause: 'Run or pause',
    run: 'Run',
    resume: 'Continue',
    pause: 'Pause',
    cancel: 'Stop now',
  },
  status,
  run: {
    heading: 'Run',
    cells: (done: number, of: number) => `${done} of ${counted(of, 'cell')}`,
    left: (time: string) => `about ${time} left`,
    cell: (arm: string, seed: number) => `${arm}, seed ${seed}`,
    opening: 'opening what it needs',
    activity,
    otherVersion: (other: string, own: string) =>
      `Version ${other} of Posterior computed some of it; this is ${own}, whose numbers may differ. It can be looked at ` +
      'and downloaded. To compute it again, delete it and open its file once more.',
  },
  list: {
    heading: 'Experiments',
    open: 'Open a file …',
    openAbout:
      'An experiment as JSON, in the form that the command line reads, or the results.jsonl that it wrote. Files can also be dropped here.',
    stored: 'Kept in this browser',
    site: 'From this site',
    siteFile,
    untitled: 'Without a title',
    cells: (done: number, of: number) => `${done}/${of}`,
    cellsAbout: (done: number, of: number) => `${done} of ${counted(of, 'cell')} finished`,
    remove: 'Delete',
    removeAbout: (title: string) => `Delete “${title}”`,
    confirm: (done: number) =>
      done === 0 ? 'Delete it?' : `Delete it with ${counted(done, 'finished cell')}?`,
    keep: 'Keep',
  },
  plan: {
    expectation: 'Expected, written down beforehand:',
    size: (arms: number, seeds: number, presets: number, cells: number) =>
      [
        counted(arms, 'arm'),
        counted(seeds, 'seed'),
        ...(presets > 1 ? [counted(presets, 'preset')] : []),
        counted(cells, 'cell'),
      ].join(' · '),
    presets: 'Preset',
    settings: 'Settings',
    evaluation: 'Evaluated at the end',
    evaluated: (limit: number | null, set: EvaluationSet, samples: number) =>
      `${limit === null ? 'all' : `at most ${limit}`} ${evaluationSet[set]}, ${counted(samples, 'sample')} each`,
    seeds: 'Seeds',
    start: 'Start',
    reward: 'Reward model',
    pool: 'Trained on',
    time: 'Time',
    timeUnknown: (completions: string) =>
      `as long as ${completions} completions take, which is known once the first steps are done`,
    timeTaken: (total: string) => `${total} of training and evaluation`,
    timeTotal: (total: string) => `about ${total} in all`,
    arms: 'Arms',
    arm: 'Arm',
    differs: 'What differs',
    nothing: 'nothing',
    cells: 'Cells',
    cellsAbout: 'One square a seed: filled where finished.',
    cell: {
      done: (seed: number) => `seed ${seed}: finished`,
      doing: (seed: number) => `seed ${seed}: being computed`,
      missing: (seed: number) => `seed ${seed}: not yet`,
    },
    site: 'the site’s',
    policy: (steps: number) => `each seed its own, fine-tuned for ${steps} steps`,
    rewardModel: (recipe: string, body: number) =>
      `each seed its own, recipe “${recipe}”, from the policy of ${body} steps`,
    poolAll: 'all train tasks',
    poolRange: (low: string, high: string) => `tasks that ${low} to ${high} of the start’s completions pass`,
    frozen: 'not trained',
  },
  results: {
    heading: 'Results',
    about: (n: number) =>
      n === 1
        ? 'One seed is finished: nothing can be said of chance yet.'
        : 'Means over finished seeds, below them 95 % intervals over seeds (Student’s t).',
    empty: 'Results appear with the first finished cell.',
    failed: 'The results could not be analysed:',
    arm: 'Arm',
    seeds: 'Seeds',
    seedsOf: (n: number, of: number) => `${n} of ${of}`,
    same: 'the same for all seeds',
    bySeed: (values: string) => `by seed: ${values}`,
    ofSeed: (seed: number, value: string) => `seed ${seed}: ${value}`,
    stripAbout: 'A dot is one seed; below it the mean with its interval over seeds.',
    stripStart: 'The dashed line is the start.',
    table: 'Results of the arms',
    measure: 'Measure',
    contrasts: 'Comparisons',
    contrastsTable: 'Differences between arms',
    contrastsAbout:
      'Differences within seeds. 95 % intervals over seeds (Student’s t, paired) and over seeds and tasks (bootstrap).',
    contrast: 'Comparison',
    difference: 'Difference',
    interval: 'Over seeds',
    bootstrap: 'Seeds and tasks',
    p: 'p',
    adjusted: (p: string) => `${p} by Holm`,
    primary: 'primary',
    waiting: 'No seed has all its arms yet.',
    curves: 'Curves',
    curvesAbout: (seeds: number) => {
      if (seeds === 1) return 'One seed.';
      return seeds < 3
        ? 'Means over seeds; bands reach from the lowest seed to the highest.'
        : 'Means over seeds; bands are 95 % intervals over seeds.';
    },
  },
  step: {
    heading: 'Step by step',
    play: 'Play',
    pause: 'Pause',
    slider: 'Step at which the cursor of every chart stands',
    at: (step: number, last: number) => `step ${step} of ${last}`,
  },
  jaws: {
    heading: 'Jaws',
    of: (arm: string) => `Jaws of ${arm}`,
    seeds: 'Seeds of the jaws',
    allSeeds: 'Means over seeds',
    seed: (seed: number) => `Seed ${seed}`,
    none: 'No arm has this seed yet.',
  },
  groups: {
    heading: 'Completions at this step',
    about: (seed: number) =>
      `Seed ${seed}: the first group of the step under the cursor, or of the last one before it that was kept. With the same ` +
      'seed, arms are asked the same. A completion that is opened is opened in every arm.',
    of: (step: number, task: string) => `Step ${step} · ${task}`,
    numbers: (reward: string, advantage: string) => `reward ${reward} · advantage ${advantage}`,
  },
  runs: {
    heading: 'Runs of the Lab',
    choose: 'Choose two or more.',
    none: 'The Lab has stored no run yet. Train one there, or open an experiment.',
    more: 'One run is chosen: choose another to compare it with.',
    seed: (seed: number) => `seed ${seed}`,
    about: (gate: string | null, steps: number, preset: string) =>
      [...(gate === null ? [] : [gate]), counted(steps, 'step'), preset].join(' · '),
    clear: (n: number) => `Clear the selection (${n})`,
    start: (name: string, step: number | null) => (step === null ? `“${name}”` : `“${name}”, step ${step}`),
    unread: (why: string) => `The runs could not be read: ${why}`,
    unreadTodo: 'Reload the page, outside private windows.',
    gone: (n: number) =>
      n === 1
        ? 'A chosen run is not stored in this browser.'
        : `${n} chosen runs are not stored in this browser.`,
    goneTodo:
      'It was deleted, or the link is from another browser. The others are shown; choose from the list.',
  },
  comparison: {
    size: (arms: number, seeds: number, runs: number) =>
      [counted(arms, 'arm'), counted(seeds, 'seed'), counted(runs, 'run')].join(' · '),
    chosen:
      'Runs that differ in nothing but the seed are one arm. They were chosen after they had been trained, so a small p is a ' +
      'reason to look again with new seeds, not proof.',
    opened: 'Results of the command line. They are shown until another comparison is, and are not kept.',
    cautions: 'Caveats',
  },
  settings: {
    heading: 'Settings that differ',
    table: 'Values of the settings that differ',
    setting: 'Setting',
    unknown: 'The file does not give the settings of its arms.',
    none: 'None: the arms have the same settings.',
    shared: (n: number) => `${n} other settings are the same.`,
  },
  twins: {
    heading: 'Twins, step by step',
    pair: 'Pair of runs',
    pairOf: (left: string, right: string, seed: number) => `${left} and ${right}, seed ${seed}`,
    none: 'No two of these runs have the same seed. Twins share it: they begin alike, and part where their settings first matter.',
    opening: 'Reading the completions',
    apart: 'The two runs have no step in common that is stored with its completions.',
    failed: (why: string) => `The completions could not be read: ${why}`,
    about: (left: string, right: string) =>
      `“${left}” and “${right}” begin with the same random numbers. Numbers count as equal within 0.000001.`,
    alone: (label: string, n: number) => `${counted(n, 'step')} of “${label}” alone.`,
    partings: 'Where they first differ',
    aspect: {
      prompt: 'Prompts',
      completion: 'Completions',
      rewards: 'Rewards before the gate',
      reward: 'Total reward',
      advantage: 'Advantages',
    } satisfies Record<Aspect, string>,
    parting: (step: number, group: number, completion: number) =>
      `step ${step}, group ${group}, completion ${completion}`,
    after: (tokens: number) => `after ${counted(tokens, 'token')}`,
    same: (steps: number) => (steps === 1 ? 'the same in the one step' : `the same in all ${steps} steps`),
    looking: (done: number, of: number) => `looked at ${done} of ${of} steps`,
    shares: {
      title: 'What they still share',
      about: 'Shares of the completions of a step.',
      prompts: 'same prompt',
      completions: 'same completion',
      tokens: 'tokens before the first that differs',
    },
    step: (step: number) => `Step ${step}`,
    group: 'Group',
    groupOf: (group: number, task: string, same: number, of: number) =>
      `Group ${group}: ${task} (${same} of ${of} the same)`,
    table: (step: number) => `Completions of step ${step} in both runs`,
    completion: 'Completion',
    verdict: 'Verdict',
    advantage: (gate: string) => `A, ${gate}`,
    missing: 'no such completion',
    identical: 'identical',
    common: (tokens: number) => `${counted(tokens, 'token')} alike`,
    otherPrompt: (left: string, right: string) => `They answer different tasks: ${left} and ${right}.`,
    gates:
      'A is the advantage that each gate gives to the same completions; that of the run’s own gate is bold.',
    oneGate: 'A is the advantage; both runs have the same gate.',
    empty: (step: number) => `Step ${step} has no completions.`,
  },
  picture: {
    kind: { svg: 'SVG', png: 'PNG' } satisfies Record<PictureKind, string>,
    label: (kind: string, title: string) => `${kind} of ${title}`,
    jaws: (arm: string) => `Jaws: ${arm}`,
    nothing: 'There is nothing to draw.',
    noPng: 'This browser could not make a PNG; the SVG holds the same picture.',
    failed: (why: string) => `Not saved: ${why}`,
  },
  download: {
    heading: 'Download',
    kind: {
      report: {
        label: 'Report',
        about: 'One HTML file with figures, tables and completions, which plays through the steps.',
      },
      csv: {
        label: 'CSV',
        about: 'A row for each step, evaluation and end, and where they are known one for each task.',
      },
      jsonl: { label: 'JSON lines', about: 'The same rows, with TRL’s names of metrics.' },
      file: {
        label: 'Experiment',
        about: 'The file that it was opened from; the command line reads it, too.',
      },
    },
    pictures: 'Every chart has its own SVG and PNG beside its title.',
    failed: (why: string) => `Nothing was downloaded: ${why}`,
  },
  faults: {
    heading: (name: string) => `${name} cannot be used`,
    kept: 'Nothing was changed. Correct the file and open it again.',
    noJson: (name: string, why: string) => `${name} is no JSON: ${why}.`,
    folderOf: (arm: string, folder: string) => `The arm “${arm}” names the folder ${folder}.`,
    folder: (folder: string) => `A page cannot open the folder ${folder}.`,
    folders:
      'A page cannot open folders of models. Run this experiment with the command line: npm run -s posterior -- ' +
      'experiment FILE --out DIR.',
  },
  interrupted: {
    what: (title: string, done: number, of: number) =>
      `“${title}” was interrupted after ${done} of ${counted(of, 'cell')}; it goes on.`,
    rest: {
      kept: 'Finished cells are kept; the one in progress is computed again, with the same numbers.',
      todo: 'Press Pause to stop it.',
    },
  },
  error: {
    cell: { kept: 'Every finished cell is kept.', todo: 'Press Continue to go on from there.' },
    nothing: { kept: 'Nothing was changed.' },
    heldElsewhere: 'That experiment is being computed in another tab; pause it there to continue here.',
    noStore: {
      kept: 'Nothing was started, so nothing is lost.',
      todo: 'Experiments need IndexedDB: leave private browsing or allow site data, then try again.',
    },
    again: 'Try again',
    siteFile: (url: string, why: string) =>
      `${url} could not be fetched (${why}). Check the connection, and that the site was copied whole.`,
  },
  opening: 'Opening the store',
});
