import type { Terminal } from './command.ts';

/** Where nothing can be redrawn, such as a log file, the status is a line of its own at most this often. */
const LOG_EVERY_MS = 15_000;

/** A last line that is redrawn in place, below the lines that stay. */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #text = '';
  #loggedAt: number;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
    this.#loggedAt = now();
  }

  show(text: string): void {
    if (this.#terminal.interactive) {
      this.#terminal.log(`\r\u001b[2K${text}`);
      this.#text = text;
    } else if (this.#now() - this.#loggedAt >= LOG_EVERY_MS) {
      this.#terminal.log(`${text}\n`);
      this.#loggedAt = this.#now();
    }
  }

  /** Writes a line that stays, above the status. */
  print(line: string): void {
    const status = this.#text;
    this.clear();
    this.#terminal.log(`${line}\n`);
    if (status !== '') this.show(status);
  }

  clear(): void {
    if (this.#text !== '') this.#terminal.log('\r\u001b[2K');
    this.#text = '';
  }
}
