import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../src/rl/config.ts';
import { OPTION_NAMES, optionOf } from '../src/rl/options.ts';
import { defaultText, optionMarkdown, optionTable, optionText, rangeText } from './option-table.ts';

describe('the table of settings', () => {
  it('is what docs/options.md says', () => {
    const written = readFileSync('docs/options.md', 'utf8');
    const words = (text: string) => text.replaceAll(/ +|-{3,}/g, ' ').trim();
    expect(words(written)).toBe(words(optionMarkdown()));
  });

  it('names every setting with what it is by default', () => {
    for (const name of OPTION_NAMES) {
      const line = optionTable()
        .split('\n')
        .find((each) => each.startsWith(`  ${name} `));
      expect(line, name).toContain(defaultText(optionOf(name)));
      expect(line, name).toContain(rangeText(optionOf(name).values));
      expect(optionOf(name).effect, name).toMatch(/\.$/);
    }
    expect(Object.keys(DEFAULT_CONFIG)).toEqual(OPTION_NAMES);
  });

  it('says of one what others call it', () => {
    expect(optionText('clipHigh')).toMatch(/TRL +epsilon_high/);
    expect(optionText('miniBatches')).toMatch(/differs +it is the number of updates/);
  });
});
