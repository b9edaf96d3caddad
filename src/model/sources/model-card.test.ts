import { expect, it } from 'vitest';
import { readModelCard } from './model-card.ts';

const card = (front: string): string => `---\n${front}\n---\n# A model\nlicense: not this\n`;

it.each([
  ['license: apache-2.0', 'apache-2.0', []],
  ['license: other\nlicense_name: "own"\nlicense_link: x', 'own', []],
  ['license: other', 'other', []],
  ['base_model: a/b', null, ['a/b']],
  ["base_model: [a/b, 'c/d']", null, ['a/b', 'c/d']],
  ['base_model:\n  - a/b\n  - "c/d"\ntags:\n- e', null, ['a/b', 'c/d']],
  ['license_name: own', null, []],
])('of a card with %j', (front, licence, baseModels) => {
  expect(readModelCard(card(front))).toEqual({ licence, baseModels });
});

it('is nothing where there is no front matter', () => {
  expect(readModelCard('# A model\nlicense: mit')).toEqual({ licence: null, baseModels: [] });
});
