/** Requests to a hub of models: what is tried again, and what is said where it stays without success. */

import { isLocalHost } from '../../local.ts';

/** Why something could not be had from the hub. */
export type HubFault =
  /** No id of a model, no address of a hub, or no token. */
  | 'input'
  /** No such model, revision or file, or one that only some may see. */
  | 'missing'
  /** Its terms have to be accepted first, or the token does not allow it. */
  | 'gated'
  /** Too many requests. */
  | 'busy'
  /** No answer, or an answer that is an error of the server. */
  | 'unreachable'
  /** What was sent is not what the hub had announced. */
  | 'changed'
  /** The model is in a form that cannot be read here. */
  | 'unusable';

/** A model of the hub that could not be had; one sentence on what happened and what to do. */
export class HubError extends Error {
  override readonly name: string = 'HubError';
  constructor(
    message: string,
    readonly fault: HubFault,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A model that needs a token, or another one. Known by its name, which is all that comes out of a worker. */
export class GatedModelError extends HubError {
  override readonly name = 'GatedModelError';
  constructor(message: string) {
    super(message, 'gated');
  }
}

export const HUB = 'https://huggingface.co';

export interface HubOptions {
  /** Address of the hub. Default: {@link HUB}. */
  readonly base?: string;
  /** For gated and private models. It goes to the hub's own address alone. */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
  /** Waits before something is tried again; it hears of the signal. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A connection that sends nothing for so long counts as cut, before an answer begins as well. Default: a minute. */
  readonly stallMs?: number;
}

/** Before the second try, the third, and so on. */
export const RETRY_MS: readonly number[] = [500, 1500, 4000, 10_000, 20_000];
/** Default of {@link HubOptions.stallMs}. */
export const STALL_MS = 60_000;
/** The hub may have us wait so long, all in all, for one answer. */
const LONGEST_WAIT_S = 60;

/** @returns the origin of the hub @throws HubError where a token could be overheard on the way there */
export function hubOrigin(base: string = HUB): string {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocalHost(url.hostname))))
    return url.origin;
  throw new HubError(`${base} is no address of a hub: it has to begin with https://.`, 'input');
}

/** @throws HubError, without the token */
function authorization(token: string | null | undefined): Record<string, string> {
  if (token === null || token === undefined || token === '') return {};
  if (/^[\x21-\x7e]+$/.test(token)) return { Authorization: `Bearer ${token}` };
  throw new HubError(
    'The token holds a character that no token of the hub has, such as a space or a line break. Copy it again.',
    'input',
  );
}

export async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

export interface Question {
  /** From the hub's origin on. */
  readonly path: string;
  /** What is asked for, as a sentence names it. */
  readonly what: string;
  /** Id of the model. */
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks until there is an answer with content: again after a fault of the network or the server, and when a busy hub says to,
 * but never without a pause.
 * @throws HubError
 */
export async function ask(question: Question, options: HubOptions): Promise<Response> {
  const { signal, wait = waitFor } = options;
  const origin = hubOrigin(options.base);
  const headers = { ...authorization(options.token), ...question.headers };
  let waitedS = 0;
  for (let tries = 0; ; tries++) {
    const response = await answerTo(origin + question.path, headers, options).catch((cause: unknown) => {
      signal?.throwIfAborted();
      return cause;
    });
    if (response instanceof Response && response.ok) return response;
    if (response instanceof Response) void response.body?.cancel().catch(() => {});
    const again = tries < RETRY_MS.length ? RETRY_MS[tries]! : null;
    if (!(response instanceof Response)) {
      if (again === null) throw unreachable(origin, question, response);
      await wait(again, signal);
    } else if (response.status === 429) {
      const seconds = Math.max(retryAfter(response), (again ?? Infinity) / 1000);
      if (waitedS + seconds > LONGEST_WAIT_S) throw busy(origin, question, seconds);
      waitedS += seconds;
      await wait(seconds * 1000, signal);
    } else if (response.status >= 500 && again !== null) {
      await wait(again, signal);
    } else {
      throw refused(origin, question, response, Boolean(options.token));
    }
  }
}

/** The head of an answer; one that does not begin in time is given up. */
async function answerTo(
  url: string,
  headers: Readonly<Record<string, string>>,
  { signal, stallMs = STALL_MS }: HubOptions,
): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), stallMs);
  try {
    return await fetch(url, {
      headers,
      // A browser's own log-in at the hub has no part in it, and the address of this page is not told.
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Seconds; 0 where the header is not there or cannot be read from a page. */
function retryAfter({ headers }: Response): number {
  const value = headers.get('retry-after') ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 0;
}

const hostOf = (origin: string): string => new URL(origin).host;

const unreachable = (origin: string, { what }: Question, cause: unknown): HubError =>
  new HubError(
    `${hostOf(origin)} did not answer when it was asked for ${what}: there is no network, or something between this machine and it keeps requests back. What has come is kept; try again when it can be reached.`,
    'unreachable',
    { cause },
  );

const busy = (origin: string, { what }: Question, seconds: number): HubError =>
  new HubError(
    `${hostOf(origin)} has too many requests from this address and ${Number.isFinite(seconds) ? `wants ${Math.ceil(seconds)} seconds of quiet` : 'wants quiet'} before it sends ${what}. What has come is kept; go on later, or with a token.`,
    'busy',
  );

function refused(origin: string, { what, id }: Question, response: Response, withToken: boolean): HubError {
  const { status } = response;
  const host = hostOf(origin);
  const code = response.headers.get('x-error-code');
  if (status === 416)
    return new HubError(
      `${host} has fewer bytes of ${what} than it announced. Go on later, or take another revision.`,
      'changed',
    );
  // A store of files that the hub sends us on to knows neither models nor tokens.
  const elsewhere = response.url !== '' && new URL(response.url).origin !== origin;
  if (elsewhere || (status !== 401 && status !== 403 && status !== 404))
    return new HubError(
      `${elsewhere ? hostOf(response.url) : host} answered ${status} when it was asked for ${what}. What has come is kept; try again later.`,
      'unreachable',
    );
  if (status !== 404 && code !== 'RepoNotFound')
    return new GatedModelError(
      withToken
        ? `The token does not allow to read ${id}. Its account has to have accepted the model’s terms at ${origin}/${id}, and the token needs the right to read gated repositories.`
        : `${id} is ${code === 'GatedRepo' ? 'gated' : 'not open to everybody'}: accept its terms at ${origin}/${id}, make a token of that account that may read (${origin}/settings/tokens), and give it here. It is used for this download alone and kept nowhere.`,
    );
  if (code === 'RevisionNotFound')
    return new HubError(
      `${id} has no ${what}. Leave out what follows the @, or name a branch, tag or commit that it has.`,
      'missing',
    );
  if (code === 'EntryNotFound') return new HubError(`${id} has no ${what}.`, 'missing');
  return new HubError(
    `${host} shows no model ${id}${withToken ? ' to the account of this token' : ''}. Check how it is written; where it is private, ${withToken ? 'take a token that may read it' : 'give a token that may read it'}.`,
    'missing',
  );
}
