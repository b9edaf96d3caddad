/** One line for a whole experiment: what is done, what is being done, and how long the rest takes. */
import type { Cell } from '../../src/experiment/plan.ts';
import type { AutomationEvent } from '../../src/headless/requests.ts';
import { costOf } from '../../src/experiment/schedule.ts';
import type { Terminal } from '../command.ts';
import { bar, duration, Stopwatch } from '../progress.ts';
import { StatusLine } from '../status-line.ts';

export class ExperimentProgress {
  readonly #line: StatusLine;
  readonly #watch = new Stopwatch();
  readonly #total: number;
  readonly #cells: number;
  #doneCells: number;
  #done = 0;
  #doing = 'opening the page';

  constructor(terminal: Terminal, cells: readonly Cell[], known: ReadonlyMap<string, unknown>) {
    this.#line = new StatusLine(terminal);
    const keys = new Map(cells.map((cell) => [cell.key, cell]));
    const missing = [...keys.values()].filter(({ key }) => !known.has(key));
    this.#cells = keys.size;
    this.#doneCells = keys.size - missing.length;
    this.#total = missing.reduce((sum, cell) => sum + costOf(cell), 0);
    this.#watch.mark(0);
  }

  say(text: string): void {
    this.#line.print(text);
  }

  begun({ arm, seed }: Cell): void {
    this.#doing = `${arm}, seed ${seed}`;
    this.#show();
  }

  done(cell: Cell): void {
    this.#doneCells += 1;
    this.#done += costOf(cell);
    this.#watch.mark(this.#done);
    this.#show();
  }

  take(event: AutomationEvent): void {
    if (event.type === 'notice') this.say(event.message);
    if (event.type === 'step') this.#show(`step ${event.record.step}`);
    if (event.type === 'progress') this.#show(`${event.activity} ${event.done}/${event.total}`);
  }

  end(): void {
    this.#line.clear();
  }

  #show(detail = ''): void {
    const left = this.#watch.secondsLeft(this.#total);
    const parts = [
      bar(this.#total === 0 ? 1 : this.#done / this.#total),
      `${this.#doneCells}/${this.#cells}`,
      this.#doing,
      detail,
      left === null ? '' : `${duration(left)} left`,
    ];
    this.#line.show(parts.filter((part) => part !== '').join('  '));
  }
}
