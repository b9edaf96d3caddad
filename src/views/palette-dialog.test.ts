import { expect, it } from 'vitest';
import { matching, type PaletteRow } from './palette-dialog.tsx';

const rows = ['Go to the Reward lab', 'Run or pause', 'Reset', 'Go to the Lab'].map((label): PaletteRow => ({
  id: label,
  label,
  key: 'x',
  enabled: true,
}));
const found = (typed: string): string[] => matching(rows, typed).map(({ label }) => label);

it('finds the rows that have every word, those first that begin so', () => {
  expect(found('')).toEqual(rows.map(({ label }) => label));
  expect(found('re')).toEqual(['Reset', 'Go to the Reward lab']);
  expect(found('LAB go')).toEqual(['Go to the Reward lab', 'Go to the Lab']);
  expect(found('  pause  ')).toEqual(['Run or pause']);
  expect(found('nothing')).toEqual([]);
});
