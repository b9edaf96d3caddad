import type { Command } from '../../app/commands.ts';
import type { Page } from '../../app/page.ts';
import { tasksOf } from './state.ts';
import { whyNotTrain } from './state/training.ts';
import { text } from './text.ts';

const words = text.command;
const stateOf = (page: Page) => tasksOf(page).tasks.state.value;
const isOpen = (page: Page): boolean => stateOf(page).open !== null;
const isIdle = (page: Page): boolean =>
  isOpen(page) && stateOf(page).checkingAll === null && stateOf(page).importing === null;

/** The one list behind the screen's keys and help, in the order of the help. */
export const commands = {
  next: {
    id: 'nextTask',
    label: words.next,
    keys: ['j'],
    enabled: isOpen,
    perform: (page) => tasksOf(page).tasks.move(1),
  },
  previous: {
    id: 'previousTask',
    label: words.previous,
    keys: ['k'],
    enabled: isOpen,
    perform: (page) => tasksOf(page).tasks.move(-1),
  },
  add: {
    id: 'newTask',
    label: words.add,
    keys: ['n'],
    enabled: isOpen,
    perform: (page) => tasksOf(page).tasks.addTask(),
  },
  checkAll: {
    id: 'checkAllTasks',
    label: words.checkAll,
    keys: ['c'],
    enabled: isIdle,
    perform: (page) => void tasksOf(page).tasks.checkAll(),
  },
  tryIt: {
    id: 'tryTask',
    label: words.tryIt,
    keys: ['t'],
    enabled: (page) => {
      const { tasks, trial } = tasksOf(page);
      const check = tasks.checker.state.value;
      return check.kind === 'done' && check.result.usable !== null && trial.state.value.running === null;
    },
    perform: (page) => tasksOf(page).tryIt(),
  },
  train: {
    id: 'trainOnTasks',
    label: words.train,
    keys: ['T'],
    enabled: (page) => isOpen(page) && whyNotTrain(stateOf(page).open, page.slice('taskFiles')) === null,
    perform: (page) => void tasksOf(page).train(),
  },
} as const satisfies Record<string, Command>;
