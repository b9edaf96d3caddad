/** Typed in `prepare.d.mts`. Plain JavaScript, since Node makes the snapshot with it as it stands. */

/** Of one namespace, in the order in which they use each other. */
const HARNESS = ['harness', 'kinds', 'mirror', 'perform', 'stand_ins', 'check', 'script'];

export const SOURCES = ['preload', 'likeness', 'guard', 'setup', ...HARNESS];

export function prepare(python, sourceOf) {
  python.runPython(sourceOf('preload'), { filename: '<preload>' });
  python.runPython(sourceOf('likeness'), { filename: '<likeness>', globals: python.runPython('{}') });
  python.runPython(sourceOf('guard'), { filename: '<guard>' });
  python.runPython(sourceOf('setup'), { filename: '<setup>' });
  for (const name of HARNESS) python.globals.get('load_harness')(sourceOf(name));
  python.globals.get('settle')();
}
