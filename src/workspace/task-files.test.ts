import { describe, expect, it } from 'vitest';
import { type Task, TaskFileError, type TaskSet } from '../domains/domain.ts';
import { trainable } from './task-files.ts';

/** A token a character. */
const tokenizer = { encode: (text: string) => [...text].map(() => 1) };
const promptOf = ({ prompt }: Task): string => prompt;

const task = (prompt: string, split: Task['split']): Task => ({ id: prompt, family: 'own', split, prompt });
const set = (train: readonly string[], heldOut: readonly string[]): TaskSet => ({
  train: train.map((prompt) => task(prompt, 'train')),
  heldOut: heldOut.map((prompt) => task(prompt, 'held-out')),
});

function fitting(tasks: TaskSet) {
  const said: string[] = [];
  const { train, heldOut } = trainable(tasks, promptOf, tokenizer, 3, (sentence) => void said.push(sentence));
  return { ids: [...train, ...heldOut].map(({ id }) => id), said };
}

describe('tasks that a run can train on', () => {
  it('are those whose prompts fit, and the others are told of', () => {
    expect(fitting(set(['a', 'abc'], ['b']))).toEqual({ ids: ['a', 'abc', 'b'], said: [] });
    expect(fitting(set(['a', 'abcd'], ['b', 'long one']))).toEqual({
      ids: ['a', 'b'],
      said: [
        'The prompts of 2 of 4 tasks have more than 3 tokens (maxPromptTokens). They are left out of this run.',
      ],
    });
  });

  it.each([
    [set([], ['a']), 'Nothing is left to train on. All tasks are held out (heldOut 1).'],
    [
      set(['abcd'], ['a']),
      'Nothing is left to train on. The prompts of 1 of 2 tasks have more than 3 tokens',
    ],
    [set(['a'], ['abcd']), 'Nothing is left to evaluate on. The prompts of 1 of 2 tasks'],
  ])('are some, or there is no run (%#)', (tasks, message) => {
    expect(() => fitting(tasks)).toThrow(TaskFileError);
    expect(() => fitting(tasks)).toThrow(message);
  });
});
