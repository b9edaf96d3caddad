import { describe, expect, it } from 'vitest';
import { type JsonObject, parseJsonLine } from '../../../domains/code/grading/json-line.ts';
import { idOfDraft } from '../../../domains/files/draft.ts';
import { readOwnCode } from '../../../domains/files/own.ts';
import { exampleText } from '../../../domains/files/template.ts';
import { blank, contentOf, contentOfDraft, fileText, recordOf } from './fields.ts';
import { nameFlaw, type Row } from './rows.ts';

const code = (fields: object) => contentOf('code', fields)!;

describe('a task as it is typed', () => {
  it('says what the file says that it was read from', async () => {
    const lines = exampleText('code', false).trimEnd().split('\n');
    const drafts = lines.map((line, i) => readOwnCode(parseJsonLine(line) as JsonObject, i + 1));
    const text = await fileText(await Promise.all(drafts.map(contentOfDraft)));
    const again = text.trimEnd().split('\n');
    expect(again.map((line, i) => readOwnCode(parseJsonLine(line) as JsonObject, i + 1))).toEqual(drafts);
  });

  it('leaves out of its record what is blank, and keeps the place of a test that cannot be read', async () => {
    const { record, flaws, tests } = await recordOf(
      code({ prompt: 'p', entry: ' f ', visible: 'f(1) == 2\n\nf(x) == 3\nassert f(2) == 3\n' }),
    );
    expect(record).toEqual({
      prompt: 'p',
      entry: 'f',
      language: 'python',
      visible: [{ args: [1], expected: 2 }, 'f(x) == 3', 'assert f(2) == 3'],
      heldOut: [],
    });
    expect(flaws).toEqual([{ field: 'visible', test: 1, reason: expect.stringMatching(/^x is a name/) }]);
    expect(tests.visible.map(({ first }) => first)).toEqual([1, 3, 4]);
  });

  it('of a stored one that a newer page wrote, takes what it knows', () => {
    expect(contentOf('maths', { prompt: 'p', hint: 'new' })).toEqual({
      domain: 'maths',
      fields: { ...blank('maths').fields, prompt: 'p' },
    });
    expect(contentOf('code', { language: 'rust' })).toBeNull();
    expect(contentOf('code', null)).toBeNull();
  });

  it('has no id where a file called it by its prompt', async () => {
    const draft = readOwnCode({ prompt: 'p', entry: 'f', visible: ['assert f(1)'] }, 1);
    const { fields } = await contentOfDraft({ ...draft, id: await idOfDraft(draft) });
    const { fields: named } = await contentOfDraft({ ...draft, id: 'own/1' });
    expect([fields.id, named.id]).toEqual(['', 'own/1']);
  });
});

it('two tasks of a list are not called alike', () => {
  const row = (key: string, fields: object): Row => ({ key, content: code(fields), outcome: null });
  const rows = [
    row('a', { id: 'x', prompt: 'p' }),
    row('b', { prompt: 'p' }),
    row('c', { id: ' x', prompt: 'q' }),
    row('d', { prompt: 'p\n' }),
    row('e', {}),
    row('f', {}),
  ];
  expect(rows.map(({ key }) => nameFlaw(rows, key))).toEqual([
    null,
    null,
    { field: 'id', reason: 'Task 1 has the same id.' },
    { field: 'prompt', reason: 'Task 2 has the same prompt, and neither has an id.' },
    null,
    null,
  ]);
});
