import { execFileSync } from 'node:child_process';

/** The processes of this machine by what is on their command lines: Linux, macOS and Windows. */

interface Process {
  readonly pid: number;
  readonly command: string;
}

function processes(): Process[] {
  const list =
    process.platform === 'win32'
      ? execFileSync('powershell', [
          '-NoProfile',
          '-Command',
          'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }',
        ])
      : execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { maxBuffer: 2 ** 26 });
  return Array.from(String(list).matchAll(/^\s*(\d+) (.*)$/gm), ([, pid, command = '']) => ({
    pid: Number(pid),
    command,
  }));
}

/** Ends, as a power cut would, whatever has `text` on its command line. */
export function killAllWith(text: string): void {
  for (const { pid, command } of processes()) {
    if (!command.includes(text)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It ended with one that was killed before.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** The browser that has this profile: its children are of a `--type`. */
export function browserPid(profile: string): number {
  const browser = processes().find(
    ({ command }) => command.includes(`--user-data-dir=${profile}`) && !command.includes('--type='),
  );
  if (!browser) throw new Error(`No browser has the profile ${profile}.`);
  return browser.pid;
}
