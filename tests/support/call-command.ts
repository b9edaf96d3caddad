/** The command line in this process: its own would take two seconds of a core before it begins. */
import { main } from '../../cli/main.ts';
import { browserFlagsOf, type Ended } from './command.ts';

/** Runs one command that reads no stdin, as `runCommand` does. */
export async function callCommand(args: readonly string[]): Promise<Ended> {
  let [out, log] = ['', ''];
  const { POSTERIOR_BROWSER_FLAGS: before } = process.env;
  process.env['POSTERIOR_BROWSER_FLAGS'] = browserFlagsOf(args);
  try {
    const code = await main(args, {
      out: (line) => void (out += `${line}\n`),
      log: (text) => void (log += text),
      interactive: false,
    });
    return { code, out, log };
  } finally {
    process.env['POSTERIOR_BROWSER_FLAGS'] = before ?? '';
  }
}
