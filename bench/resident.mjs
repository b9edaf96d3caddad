import { readdirSync, readFileSync } from 'node:fs';

/** Bytes resident in the largest page process of the browser with this profile folder. Linux only. */
export function residentBytes(profile) {
  const sizes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!command.includes('--type=renderer') || !command.includes(profile)) return 0;
        return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
      } catch {
        // It ended meanwhile.
        return 0;
      }
    });
  return Math.max(...sizes);
}
