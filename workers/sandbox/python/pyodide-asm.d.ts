declare module 'pyodide/pyodide.asm.mjs' {
  /** Emscripten's factory for the interpreter; called by `loadPyodide`. */
  const createPyodideModule: (settings: object) => Promise<unknown>;
  export default createPyodideModule;
}
