import { main } from '../../cli/main.ts';

/** The command line in this process: exit code, and what it wrote. */
export async function runMain(...argv: string[]): Promise<{ code: number; out: string; log: string }> {
  let out = '';
  let log = '';
  const code = await main(argv, {
    out: (line) => void (out += `${line}\n`),
    log: (text) => void (log += text),
    interactive: false,
  });
  return { code, out, log };
}
