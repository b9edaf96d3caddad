import { describe, expect, it } from 'vitest';
import { scrub } from './scrub.ts';

describe('a message in a report', () => {
  it.each([
    ['The task “Ann’s homework” has no tests.', 'The task “…” has no tests.'],
    ['There is no preset "secret plan".', 'There is no preset “…”.'],
    ['Something “that never ends', 'Something “…”'],
    ['/home/ann/models/x.json cannot be read.', '[path] cannot be read.'],
    ['C:\\Users\\Ann\\a.json cannot be read.', '[path] cannot be read.'],
    ['Failed to fetch https://ann.example/a?b=c now.', 'Failed to fetch [address] now.'],
    ['blob:http://localhost:1/abc failed.', '[address] failed.'],
    ['ann-notes/tasks.jsonl: line 3 is empty.', '[path]: line 3 is empty.'],
    ['my.own-tasks.jsonl: line 3 is empty.', '[file]: line 3 is empty.'],
    ['Write to ann@example.org.', 'Write to [address]'],
    [
      'config.json: hidden_act is gelu; only silu is supported.',
      'config.json: hidden_act is gelu; only silu is supported.',
    ],
    [
      'model.safetensors cannot be used: truncated file.',
      'model.safetensors cannot be used: truncated file.',
    ],
    ['First line\ndef secret(): pass', 'First line'],
  ])('%s', (message, shown) => {
    expect(scrub(message)).toBe(shown);
  });

  it('is of a bounded length', () => {
    expect(scrub('x '.repeat(1000)).length).toBeLessThanOrEqual(240);
  });
});
