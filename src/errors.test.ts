import { expect, it } from 'vitest';
import { isAbort, messageOf } from './errors.ts';

it('knows an abort from an error', () => {
  expect(isAbort(new DOMException('Stopped.', 'AbortError'))).toBe(true);
  expect(isAbort(new Error('AbortError'))).toBe(false);
  expect(isAbort('AbortError')).toBe(false);
});

it('has words for whatever is thrown', () => {
  expect(messageOf(new TypeError('no such thing'))).toBe('no such thing');
  expect(messageOf('a text')).toBe('a text');
  expect(messageOf(undefined)).toBe('undefined');
});
