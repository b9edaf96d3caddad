/** The models for mathematics that come with the project, read from its folder. */
import { readFile } from 'node:fs/promises';
import { type Model, readModelFiles } from 'posterior';

export const starter = (name: 'policy' | 'reward'): Promise<Model> =>
  readModelFiles(async (file) => {
    // Both have one vocabulary, beside their folders.
    const path = file === 'tokenizer.json' ? file : `${name}/${file}`;
    return readFile(`public/maths/${path}`).then(
      (bytes) => new Uint8Array(bytes),
      () => null,
    );
  });
