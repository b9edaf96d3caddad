/** Typed in `prepare.d.mts`. Plain JavaScript, since Node makes the snapshot with it as it stands. */
export function prepare(python, { preload, setup, likeness, guard, harness }) {
  python.runPython(preload, { filename: '<preload>' });
  python.runPython(likeness, { filename: '<likeness>', globals: python.runPython('{}') });
  python.runPython(guard, { filename: '<guard>' });
  python.runPython(setup, { filename: '<setup>' });
  for (const source of harness) python.globals.get('load_harness')(source);
  python.globals.get('settle')();
}
