/** What was thrown, whatever it is: its message, or itself as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** Whether somebody stopped the work, which is no failure. */
export const isAbort = (error: unknown): boolean => isNamed(error, 'AbortError');
