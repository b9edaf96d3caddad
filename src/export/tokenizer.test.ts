import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseModelConfig } from '../model/config.ts';
import { tokenizerFiles } from './tokenizer.ts';

const read = (path: string): unknown => JSON.parse(readFileSync(`public/starter/${path}`, 'utf8'));

it.each([
  ['its own token', 0, '<|pad|>'],
  ['the end where it has a row of the embedding that no token belongs to', 9999, '<|end|>'],
])('a model pads with %s', (_, padId, expected) => {
  const config = { ...parseModelConfig(read('policy/config.json')), padId };
  const files = new Map(tokenizerFiles('m', read('tokenizer.json'), config));
  const map = new TextDecoder().decode(files.get('m/special_tokens_map.json'));
  expect(JSON.parse(map)).toMatchObject({ pad_token: expected, eos_token: '<|end|>' });
});
