/** What a command ends with. */
export const EXIT = { ok: 0, failed: 1, usage: 2, page: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: ReadonlyArray<readonly [ExitCode, string]> = [
  [EXIT.ok, 'it worked; for verify, everything is within its tolerance'],
  [EXIT.failed, 'a comparison is beyond its tolerance, a line could not be graded, or the run failed'],
  [EXIT.usage, 'wrong usage, or an input file that is missing or malformed'],
  [EXIT.page, 'no browser, or the page or the browser stopped'],
  [EXIT.interrupted, 'stopped by Ctrl+C'],
];

/** A failure that a person can act on: its message is shown without a stack. */
export abstract class CliError extends Error {
  abstract readonly exitCode: ExitCode;
}

/** The command line itself is wrong. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
  readonly exitCode = EXIT.usage;
}

/** A file that was named cannot be used. */
export class InputError extends CliError {
  override readonly name = 'InputError';
  readonly exitCode = EXIT.usage;
}

/** The browser, the page or one of its workers ended or never came up. */
export class PageError extends CliError {
  override readonly name = 'PageError';
  readonly exitCode = EXIT.page;
}

/** The page answered that it could not do what was asked. */
export class RequestError extends CliError {
  override readonly name = 'RequestError';
  readonly exitCode = EXIT.failed;

  /** @param kind name of the error in the page, such as `WeightsError` */
  constructor(
    message: string,
    readonly kind: string,
  ) {
    super(message);
  }
}

export class InterruptedError extends CliError {
  override readonly name = 'InterruptedError';
  readonly exitCode = EXIT.interrupted;
}
