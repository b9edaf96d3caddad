/** Typed in `prepare.d.mts`. Plain JavaScript, since Node makes the snapshot with it as it stands. */
export function prepare(python, { preload, setup, guard, harness, script }) {
  python.runPython(preload, { filename: '<preload>' });
  python.runPython(guard, { filename: '<guard>' });
  python.runPython(setup, { filename: '<setup>' });
  python.globals.get('load_harness')(harness);
  python.globals.get('load_harness')(script);
  python.globals.get('settle')();
}
