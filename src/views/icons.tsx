const paths = {
  pass: 'M3.5 8.5L6.5 11.5L12.5 4.5',
  fail: 'M4.5 4.5L11.5 11.5M11.5 4.5L4.5 11.5',
  none: 'M4 8H12',
  run: 'M5 3.5L12.5 8L5 12.5Z',
  pause: 'M5.5 3.5V12.5M10.5 3.5V12.5',
  step: 'M4 3.5L9.5 8L4 12.5ZM12 3.5V12.5',
  phase: 'M4 4V12M8 4V12M12 4V12',
  queue: 'M3.5 4.5H12.5M3.5 8H8.5M3.5 11.5H8.5M11 8.5V13M8.8 10.8H13.2',
  reset: 'M12.6 9.2A4.8 4.8 0 1 1 11.6 4.7M12.6 2.6V5.6H9.6',
  stop: 'M4.5 4.5H11.5V11.5H4.5Z',
  chevron: 'M5.5 6.5L8 9.5L10.5 6.5',
  chip: 'M4.5 4.5H11.5V11.5H4.5ZM6.5 2.5V4.5M9.5 2.5V4.5M6.5 11.5V13.5M9.5 11.5V13.5M2.5 6.5H4.5M2.5 9.5H4.5M11.5 6.5H13.5M11.5 9.5H13.5',
  help: 'M6 6.2A2 2 0 1 1 8 8.3V9.4M8 11.8V12',
  back: 'M9.5 3.5L5.5 8L9.5 12.5',
  forth: 'M6.5 3.5L10.5 8L6.5 12.5',
  first: 'M11.5 3.5L7 8L11.5 12.5M4.5 3.5V12.5',
  last: 'M4.5 3.5L9 8L4.5 12.5M11.5 3.5V12.5',
  close: 'M4.5 4.5L11.5 11.5M11.5 4.5L4.5 11.5',
  cut: 'M3 8H9M11 8H11.2M13 8H13.2',
} as const;

export type IconName = keyof typeof paths;

/** Decoration beside a word, never in place of one. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
