import { describe, expect, it } from 'vitest';
import { choiceOf } from '../workspace/task-files.ts';
import { ownTasks, PRESET_TASKS, readOwnTasks, tasksFile, tasksSetting, writeOwnTasks } from './own-tasks.ts';

const hash = 'ab'.repeat(32);

describe('tasks of one’s own as a setting', () => {
  it('read back as they were written', () => {
    for (const split of ['id', 'family'] as const) {
      const own = { hash, split, heldOut: 0.35 };
      expect(readOwnTasks(writeOwnTasks(own))).toEqual(own);
    }
  });

  it.each(['', 'x', hash, `${hash}-id-0`, `${hash}-id-2`, `${hash}-line-0.2`, `${hash.slice(1)}-id-0.2`])(
    'are none where the text is %j',
    (text) => expect(readOwnTasks(text)).toBeNull(),
  );

  it('stand for those of a run, whose other sources are the preset’s', () => {
    const file = { hash, name: 'own.jsonl', domain: 'code' };
    expect(tasksSetting(choiceOf(file))).toBe(writeOwnTasks(ownTasks(hash)));
    expect(tasksSetting(choiceOf(file, { split: 'family', heldOut: 0.5 }))).toBe(`${hash}-family-0.5`);
    expect([tasksFile(choiceOf(file)), tasksFile({ tasks: 'hard' })]).toEqual([{ tasks: 'own.jsonl' }, {}]);
    expect([tasksSetting({}), tasksSetting({ tasks: 'hard' })]).toEqual([PRESET_TASKS, PRESET_TASKS]);
  });
});
