import type { AutomationEvent } from '../src/headless/requests.ts';
import type { EvalRecord } from '../src/rl/types.ts';
import type { Terminal } from './command.ts';
import { progressLine, Stopwatch } from './progress.ts';
import { StatusLine } from './status-line.ts';

/** Shows a run to a person: the device, a bar with the time left, one line per evaluation. */
export class RunProgress {
  readonly #line: StatusLine;
  readonly #watch = new Stopwatch();
  readonly #total: number;
  #done = 0;
  #doing = 'loading';

  constructor(terminal: Terminal, total: number) {
    this.#line = new StatusLine(terminal);
    this.#total = total;
  }

  say(text: string): void {
    this.#line.print(text);
  }

  take(event: AutomationEvent): void {
    switch (event.type) {
      case 'run':
        this.#done = event.stepsDone;
        this.#watch.mark(this.#done);
        this.say(`Device: ${event.device.kind} (${event.device.reason})`);
        if (event.stepsDone > 0) this.say(`Continuing after step ${event.stepsDone}`);
        break;
      case 'phase':
        if (event.state === 'start') this.#doing = event.phase;
        break;
      case 'step':
        this.#done += 1;
        this.#watch.mark(this.#done);
        break;
      case 'eval':
        this.say(evaluationText(event.record));
        break;
      case 'notice':
        this.say(event.message);
        break;
      case 'progress':
        this.#line.show(progressLine(event.done, event.total, event.activity, null));
        return;
      case 'tasks':
      case 'reward-model':
      case 'checkpoint':
        return;
    }
    this.#line.show(progressLine(this.#done, this.#total, this.#doing, this.#watch.secondsLeft(this.#total)));
  }

  end(): void {
    this.#line.clear();
  }
}

export function evaluationText({ step, metrics }: EvalRecord): string {
  const shown = (name: string): string => metrics[name]?.toFixed(3) ?? '–';
  return `step ${String(step).padStart(4)}  held-out pass@1 ${shown('eval/pass@1')}  visible pass@1 ${shown('eval/visible_pass@1')}`;
}
