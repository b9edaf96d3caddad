import type { ChannelName, Gap } from './state/channels.ts';
import type { OutcomeFilter } from './state/filter.ts';
import type { Sort } from './state/sort.ts';
import { spoken } from '../../text/spoken.ts';
import { grouped } from '../../views/format.ts';

const outcome: Record<OutcomeFilter, string> = {
  all: 'All outcomes',
  passes: 'Passes',
  fails: 'Fails, in the right form',
  malformed: 'Malformed',
  truncated: 'Cut off',
};
const sort: Record<Sort, string> = {
  reward: 'Total reward',
  thinking: 'Reasoning score R_t',
  advantage: 'Advantage',
  length: 'Length',
  kl: 'KL',
  index: 'As sampled',
};
const channel: Record<ChannelName, string> = {
  probability: 'Probability',
  surprise: 'Surprise',
  ratio: 'Ratio',
  push: 'Advantage × ratio',
  entropy: 'Entropy',
  kl: 'KL',
};
const channelAbout: Record<ChannelName, string> = {
  probability: 'How likely the token was when it was drawn.',
  surprise: 'Minus the logarithm of that probability, in nats.',
  ratio:
    'The token’s probability as the step’s last update with this completion began, divided by that when it was drawn. Solid line: it rose; dashed: it fell; dotted: the clip holds it.',
  push: 'What the step’s last update with this completion multiplies the gradient of the token’s log-probability by. With one update the ratio is 1, so nothing is clipped. Solid line: likelier; dashed: less likely; dotted: the clip holds it.',
  entropy: 'How undecided the policy was before the token, in nats.',
  kl: 'How far the policy had moved from the reference, in nats.',
};
const gap: Record<Gap, string> = {
  'mean-alone':
    'An older version stored only its mean over the completion, so it cannot be shown token by token.',
  'not-compared':
    'This run has no KL term, so only the first groups of each step were compared with the reference policy; this is another one.',
  'one-update': 'This step made one update, so every ratio is 1 and the clip holds nothing.',
  'ratios-not-kept':
    'This step made several updates, and an older version did not store their ratios, so they cannot be shown.',
  'no-pieces':
    'This run credits R_t to the reasoning alone. Where that ends cannot be told without the run’s vocabulary.',
  'no-logprobs': 'The probabilities of these tokens are not stored.',
};

const BLANKS: Readonly<Record<string, string>> = { ' ': 'space', '\n': 'new line', '\t': 'tab' };

/** A token in words: white space at its start by name, text in quotes. */
function named(piece: string): string {
  const [blank = ''] = /^[ \n\t]*/.exec(piece) ?? [];
  const names = (blank.match(/ +|\n+|\t+/g) ?? []).map((run) => {
    const name = BLANKS[run[0]!]!;
    return run.length === 1 ? name : `${run.length} ${name}s`;
  });
  const rest = piece.slice(blank.length);
  return [...names, ...(rest === '' ? [] : [`“${rest}”`])].join(', ');
}

/** Every sentence of Rollouts. */
export const text = spoken('rollouts', {
  title: 'Rollouts',
  skip: 'Skip to the completions',
  about: 'Every completion of every stored step, down to the token.',
  command: {
    nextStep: 'Next step',
    previousStep: 'Previous step',
    nextCompletion: 'Next completion',
    previousCompletion: 'Previous completion',
    close: 'Close the completion',
    nextGroup: 'Next group',
    previousGroup: 'Previous group',
    channel: 'Look at another value of the tokens',
    pin: 'Pin or unpin the open completion',
    find: 'Find in completions',
  },
  run: {
    heading: 'Run',
    label: 'Run',
    option: (gate: string, seed: number, steps: number, of: number, preset: string) =>
      `${preset}: ${gate}, seed ${seed}, ${steps} of ${of} steps`,
    training: (run: string) => `${run}, training`,
    created: (when: string) => `Started ${when}`,
    unknown: 'The run of this address is not stored in this browser.',
    unknownTodo: 'Choose another, or open the link in the browser that trained it.',
    choose: 'Choose a run …',
    none: 'No run with completions is stored yet.',
    noneTodo: 'Train a step in the Lab: its completions stay here, step by step.',
    toLab: 'Go to the Lab',
    opening: 'Reading what is stored …',
    demonstration: 'Demonstration data keeps only its latest step.',
  },
  step: {
    heading: 'Step',
    slider: 'Step',
    value: (step: number, place: number, of: number) => `step ${step}, ${place} of ${of} stored`,
    of: (of: string) => `of ${of} stored`,
    first: 'First step',
    previous: 'Previous step',
    next: 'Next step',
    last: 'Last step',
    goTo: 'Go to step',
    follow: 'Follow the latest',
    following: 'Following the latest',
    absent: (asked: number, shown: number) => `Step ${asked} is not stored. This is step ${shown}.`,
    completions: 'Completions',
    passing: 'Pass',
    reward: 'Mean reward',
    thinking: 'Mean R_t',
    withheld: 'Withheld',
  },
  list: {
    heading: 'Completions',
    scope: 'Show',
    scopes: { groups: 'By group', step: 'Whole step', plot: 'Gate plot' },
    shown: (n: number, of: number) => (n === of ? `${of} completions` : `${n} of ${of} completions`),
    none: 'No completion of this step matches.',
    noneInGroup: 'No completion of this group matches.',
    all: 'Show all',
    more: (n: number) => `Show ${n} more`,
    of: (group: number, task: string) => `Group ${group}: ${task}`,
  },
  filter: {
    heading: 'Find',
    query: 'Text in completions',
    queryAbout: 'Reasoning and program as they were written; upper and lower case are the same.',
    outcome: 'Outcome',
    outcomes: outcome,
    family: 'Task family',
    anyFamily: 'All families',
    withheld: 'Only where R_t was withheld',
    sort: 'Sort by',
    sorts: sort,
    descending: 'Largest first',
    clear: 'Clear',
    wholeRun: (n: string) => `Search all ${n} steps`,
    stop: 'Stop',
  },
  hunt: {
    heading: 'In the whole run',
    searching: (done: string, of: string) => `${done} of ${of} steps read`,
    found: (n: number) => (n === 1 ? '1 completion found.' : `${grouped(n)} completions found.`),
    first: (most: number) => `The first ${most} are listed.`,
    stopped: (done: string, of: string) => `Stopped after ${done} of ${of} steps.`,
    firstFound: (step: number) => `This program first appeared in step ${step}.`,
    firstNone: 'This program is in no stored step.',
    firstLooking: 'Looking for the first step with this program …',
    place: (step: number, group: number, index: number) =>
      `Step ${step}, group ${group}, completion ${index}`,
    passes: 'passes',
    fails: 'fails',
    close: 'Close the results',
  },
  completion: {
    tools: 'This completion',
    copy: 'Copy',
    copied: 'Copied',
    noCopy: 'The browser did not allow that: select the text and copy it.',
    pin: 'Pin',
    unpin: 'Unpin',
    first: 'First step with this program',
  },
  pins: {
    heading: 'Pinned',
    one: 'Pin another completion to see how the two differ.',
    diff: 'Words that the other does not have are marked.',
    reasoning: 'Reasoning',
    place: (step: number, group: number, index: number) =>
      `Step ${step}, group ${group}, completion ${index}`,
    elsewhere: 'of another run',
    go: 'Go there',
    unpin: 'Unpin',
    numbers: (total: string, advantage: string, tokens: number) =>
      `reward ${total}, advantage ${advantage}, ${tokens} tokens`,
    none: '–',
  },
  tokens: {
    heading: 'Tokens',
    channel: 'Value',
    channels: channel,
    about: channelAbout,
    gaps: gap,
    mean: (value: string) => `Mean over the completion: ${value}.`,
    masked: 'None of its tokens is learned from: it was cut off, and this run leaves such completions out.',
    held: {
      clipped: (limit: string) => `held by the clip at ${limit}: it has no gradient`,
      cispo: (limit: string) => `its weight is cut off at a ratio of ${limit}`,
    },
    clip: (held: number, of: number) => `The clip holds ${held} of ${of} tokens.`,
    sequence: 'This run has one ratio for the whole completion.',
    unmarked: 'So tokens that the clip holds are not marked.',
    ownVocabulary:
      'These tokens are of a vocabulary that is not the site’s, so their pieces cannot be shown. Here are their numbers.',
    opening: 'Opening the vocabulary …',
    strip: {
      about: (place: number, of: number, piece: string, value: string) =>
        `Token ${place} of ${of}, ${named(piece)}: ${value}`,
      masked: 'not learned from',
      unknown: 'not stored',
      keys: 'The arrow keys move along the tokens.',
    },
  },
  export: {
    heading: 'Export',
    step: 'This step',
    run: 'The whole run',
    format: { jsonl: 'JSON lines', csv: 'CSV of the numbers' },
    label: (what: string, format: string) => `${what}: ${format}`,
    writing: (done: string, of: string) => `${done} of ${of} steps written`,
    stop: 'Stop',
  },
  error: {
    runs: 'The stored runs could not be read.',
    steps: 'The steps of this run could not be read.',
    step: (step: number) => `Step ${step} could not be read.`,
    gone: 'It is not stored any more.',
    tasks: 'The tasks of this run could not be loaded, so its completions are shown without them.',
    tokenizer: 'The vocabulary could not be loaded, so tokens are shown by their numbers.',
    search: 'The search ended early.',
    export: 'The file could not be written.',
    rest: { kept: 'What is stored was left as it is.', todo: 'Try again; if that fails, reload the page.' },
  },
});
