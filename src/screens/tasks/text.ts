import type { DomainName } from './state/fields.ts';
import { type Row, titleOf } from './state/rows.ts';
import { spoken } from '../../text/spoken.ts';

const tasks = (count: number): string => `${count} ${count === 1 ? 'task' : 'tasks'}`;

const domain: Readonly<Record<DomainName, string>> = { code: 'Programs', maths: 'Mathematics' };

const nameOf = (row: Row, at: number): string => titleOf(row) ?? `Task ${at + 1}`;

/** Every sentence of the screen on which tasks are written. */
export const text = spoken('tasks', {
  title: 'Tasks',
  skip: 'Skip to the task',
  domain,
  opening: 'Reading what is stored',
  sets: {
    heading: 'Your tasks',
    about:
      'Write tasks of your own, see at once whether their tests hold, let a policy try them, and train on them.',
    label: 'Set',
    name: 'Name of the set',
    fresh: 'New set',
    add: 'New set',
    addOf: { code: 'New set of programs', maths: 'New set of mathematics' },
    kind: 'Kind of a new set',
    remove: 'Delete the set',
    removeAbout: (name: string) => `Delete the set ${name} with its tasks`,
    example: { code: 'Example: programs', maths: 'Example: mathematics' },
    none: 'There are no tasks of yours yet: open an example and change it, begin a set, or take in a file.',
    unsaved: 'Not everything could be stored. It is on this page alone: download the set.',
  },
  list: {
    heading: (count: number) => tasks(count),
    label: 'Tasks of the set',
    filter: 'Filter by id, family or prompt',
    none: 'No task has this text.',
    empty: 'The set is empty.',
    more: (count: number) => `Show ${count} more`,
    add: 'New task',
    nameOf,
    outcome: {
      usable: 'Can be used',
      unusable: 'Cannot be used',
      unchecked: 'Not checked yet',
    },
    checkAll: 'Check all',
    checkingAll: (done: number, total: number) => `Checking task ${done + 1} of ${total}`,
    stop: 'Stop',
    counts: (usable: number, unusable: number, unchecked: number) =>
      [
        `${usable} can be used`,
        ...(unusable > 0 ? [`${unusable} cannot`] : []),
        ...(unchecked > 0 ? [`${unchecked} not checked yet`] : []),
      ].join(', '),
  },
  files: {
    heading: 'Take in and take along',
    about:
      'JSON lines of this form, and HumanEval, MBPP, EvalPlus, GSM8K, MATH, TRL and verl, also as an array, gzip or Parquet. A file becomes a set of its own.',
    open: 'Take in a file …',
    drop: 'Drop it here',
    checking: (name: string, done: number, total: number) =>
      total === 0 ? `Reading ${name}` : `Checking ${name}: ${done} of ${total}`,
    stop: 'Stop',
    download: 'Download as JSON lines',
    downloadAbout: (name: string) => `Download all tasks of ${name}, also those that are not ready`,
    report: (name: string, count: number, refused: number, taken: number) =>
      [
        `${name}: ${tasks(count)} can be used.`,
        ...(taken > 0 ? [`${taken} more were taken in, to be mended.`] : []),
        ...(refused > 0 ? [`${refused} ${refused === 1 ? 'was' : 'were'} refused.`] : []),
      ].join(' '),
    reportOf: (name: string) => `What came of ${name}`,
    reasons: 'What is wrong with them',
    taken: 'to be mended',
    refused: 'refused',
    place: (unit: string, line: number, id: string | undefined) =>
      `${unit} ${line}${id === undefined || id === '' ? '' : `, ${id}`}`,
    more: (count: number) => `and ${count} more.`,
    close: 'Close the report',
  },
  use: {
    heading: 'Train on them',
    about:
      'Opens the Lab with these tasks: they are checked once more, a part is held out, and the next run is about them.',
    train: 'Train on this set',
    few: 'It takes two tasks at least: one to train on, one to evaluate on.',
    demo: 'The Lab plays recorded runs here: remove ?demo from the address to train.',
    checking: 'The Lab is still checking another file.',
  },
  task: {
    label: 'The task',
    previous: 'Previous task',
    next: 'Next task',
    remove: 'Delete the task',
    removeAbout: (name: string) => `Delete ${name}`,
    of: (at: number, count: number) => `Task ${at} of ${count}`,
    more: 'Id, family and what stands in front of programs',
    moreMaths: 'Id, family, units and tolerance',
    field: {
      id: 'Id',
      family: 'Family',
      prompt: 'Prompt',
      reasoning: 'Reference reasoning',
      entry: 'Function',
      language: 'Language',
      preamble: 'In front of every program',
      visible: 'Visible tests',
      heldOut: 'Held-out tests',
      program: 'Reference program',
      answer: 'Answer',
      units: 'Units',
      tolerance: 'Tolerance',
    },
    about: {
      id: 'A name of its own; without one, the task is called by its prompt.',
      family: 'Its kind, by which results are broken down.',
      prompt: 'What the policy reads.',
      reasoning: 'Optional. One reward scaling compares with it.',
      entry: 'The name that a program has to define.',
      preamble: 'Optional. Imports and helpers that the prompt states.',
      visible: 'They decide the outcome reward.',
      heldOut: 'Training never sees them. With the visible ones they decide pass@1.',
      program: 'Optional. It has to pass every test, and shows that the tests are right.',
      answer: 'A number, a fraction or a simple expression; answers are compared exactly.',
      units: 'Optional, one on a line: an answer may be given with each of them.',
      tolerance: 'Optional. How far a number may be from the answer.',
    },
    languages: { python: 'Python', javascript: 'JavaScript' },
    notation: {
      python: (entry: string) =>
        `One test a line: ${entry}(2) == 3. Types count; “# compare: equal” behind it compares as Python’s ==. Imports, values and lines with assert are code, which counts as one test.`,
      javascript: (entry: string) =>
        `One test a line: ${entry}(2) === 3. Arrays and objects are equal where what they hold is.`,
    },
    editorKeys: 'Tab indents; Escape, then Tab, leaves the field.',
    lineOf: (line: number) => `Line ${line}:`,
    needed: 'This is needed.',
  },
  check: {
    heading: 'Check',
    none: 'Nothing to check yet.',
    waiting: 'Checked in a moment …',
    running: 'Checking …',
    stop: 'Stop',
    stopped: 'The check was stopped. It begins again when you go on writing.',
    failed: (reason: string) => `The check itself failed: ${reason}`,
    again: 'Check again',
    usable: 'It can be used.',
    untried: 'There is no reference program, so nothing tried its tests.',
    weak: (why: string) => `A program could interfere with its tests: ${why}`,
    withoutHeldOut: 'It has no held-out tests, so pass@1 is decided by the visible ones alone.',
    read: (read: string) => `The answer is read as ${read}.`,
    flaws: (count: number) => `${count} ${count === 1 ? 'thing keeps' : 'things keep'} it from being used.`,
    tests: 'What the reference program gave',
    suite: { visible: 'Visible', heldOut: 'Held-out' },
    passed: (passed: number, total: number) => `${passed} of ${total} passed`,
  },
  trial: {
    heading: 'Try a policy',
    about: 'Lets a policy answer the task as it is now, and runs every test. Nothing is trained.',
    policy: 'Policy',
    site: (label: string) => `${label}: the starter policy`,
    run: (gate: string, seed: number, step: number) => `${gate}, seed ${seed}, step ${step}`,
    samples: 'Samples',
    go: 'Try it',
    again: 'Try it again',
    stop: 'Stop',
    waiting: 'Waiting until what trains has ended',
    running: 'Sampling and running the tests',
    notYet: 'Once the task can be used.',
    summary: (passes: number, visible: number, total: number) =>
      `${passes} of ${total} pass every test` +
      (visible > 0 ? `; ${visible} more pass the visible ones alone.` : '.'),
    ofOlder: 'The task was changed since.',
    sample: (at: number) => `Sample ${at}`,
    length: (tokens: number) => `${tokens} tokens`,
    truncated: 'cut off',
    visibleOnly: 'visible tests alone',
    reasoning: 'Reasoning',
    raw: 'What it wrote',
    failed: { kept: 'The task is as it was.', todo: 'Try it again, or with another policy.' },
  },
  error: {
    open: {
      kept: 'What is stored was left as it is.',
      todo: 'Reload the page. What you write now is on this page alone: download it.',
    },
    save: {
      kept: 'What you wrote is on this page and is stored with your next change, when there is room.',
      todo: 'Delete what you no longer need on the screen Models, or download the set.',
    },
    gone: 'The set in the address is not stored in this browser. Others cannot be opened by a link: send the file.',
    unread: (count: number, name: string) => `${tasks(count)} of “${name}” could not be read.`,
    unreadRest: { kept: 'The others are here, and those were left as they are.' },
    domain: (name: string) =>
      `“${name}” was written by a newer version of this page, which knows tasks of another kind.`,
    remove: { kept: 'The set is still here.' },
    import: { kept: 'Nothing of it was taken in.', todo: 'Choose another file, or mend this one.' },
    check: { kept: 'The tasks are as they were.', todo: 'Check again.' },
  },
  command: {
    next: 'Next task',
    previous: 'Previous task',
    add: 'New task',
    checkAll: 'Check all tasks of the set',
    tryIt: 'Try the policy on the task',
    train: 'Train on the set',
  },
});
