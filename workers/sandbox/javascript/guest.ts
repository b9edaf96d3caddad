import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import type { ResultBudget } from '../serve.ts';
import source from './guest.js?raw';

/** What was thrown, as `guest.js` describes it. */
export interface Described {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

export type GuestReport =
  { readonly returned: unknown } | { readonly refused: string } | { readonly raised: Described };

// Taken before any program runs, like everything that is used after one.
const { parse } = JSON;

type FunctionName = 'load' | 'enter' | 'call' | 'describe' | 'output' | 'fit';

/** The functions of `guest.js`. */
export class Guest {
  readonly #context: QuickJSContext;
  readonly #functions: Record<FunctionName, QuickJSHandle>;

  constructor(context: QuickJSContext) {
    this.#context = context;
    const made = context.unwrapResult(context.evalCode(source, '<guest>', { type: 'global' }));
    const get = (name: string): QuickJSHandle => context.getProp(made, name);
    this.#functions = {
      load: get('load'),
      enter: get('enter'),
      call: get('call'),
      describe: get('describe'),
      output: get('output'),
      fit: get('fit'),
    };
  }

  get fit(): boolean {
    const value = this.#result('fit');
    return value !== null && this.#context.typeof(value) === 'boolean' && this.#context.dump(value) === true;
  }

  get output(): string {
    const value = this.#result('output');
    return value === null ? '' : this.#context.getString(value);
  }

  load(calls: string): void {
    const { error } = this.#context.callFunction(
      this.#functions.load,
      this.#context.undefined,
      this.#context.newString(calls),
    );
    if (error) throw new Error('The arguments could not be decoded.');
  }

  enter(entry: QuickJSHandle): void {
    this.#context.callFunction(this.#functions.enter, this.#context.undefined, entry);
  }

  /** The report of one call; `null` when it was interrupted or when even reporting failed. */
  call(index: number, budget: ResultBudget): GuestReport | null {
    const value = this.#result('call', this.#context.newNumber(index));
    return value === null ? null : (parse(budget.admit(this.#context.getString(value))) as GuestReport);
  }

  describe(thrown: QuickJSHandle): Described {
    const value = this.#result('describe', thrown);
    if (value === null) return { type: 'InternalError', message: '(it cannot be printed)', stack: '' };
    return parse(this.#context.getString(value)) as Described;
  }

  #result(name: FunctionName, ...args: QuickJSHandle[]): QuickJSHandle | null {
    const result = this.#context.callFunction(this.#functions[name], this.#context.undefined, args);
    return result.error ? null : result.value;
  }
}
