import type { text } from '../../screens/lab/try-it/text.ts';
import type { Comparison } from '../../sandbox/types.ts';

const as: Record<NonNullable<Comparison['as']>, string> = {
  sequence: 'Elemente der Reihe nach',
  unordered: 'Elemente in beliebiger Reihenfolge',
  set: 'verschiedene Elemente',
  truth: 'nur der Wahrheitswert',
};

/** “Try it”, in the Lab. */
export const tryIt: typeof text = {
  heading: 'Ausprobieren',
  about:
    'Ändern Sie ein Programm und führen Sie es in der Sandbox aus, die das Training bewertet. Nichts hier ändert einen Lauf.',
  demo: 'Die Antworten auf dieser Seite sind simuliert; diese Sandbox ist echt.',
  from: 'Beginnen mit',
  examples: 'Beispiele',
  example: {
    right: 'Richtig bei jedem Test',
    edge: 'Vergisst einen Randfall',
    loop: 'Endet nie',
    memory: 'Belegt den ganzen Speicher',
    cheat: 'Versucht zu betrügen',
    forge: 'Fälscht seine Ergebnisse',
    checked: 'Durch Code geprüft',
  },
  completion: (step) => `Eine Antwort aus Schritt ${step}`,
  asked: (task) => `Ihre Aufgabe: ${task}`,
  language: { label: 'Sprache', name: { python: 'Python', javascript: 'JavaScript' } },
  program: 'Programm',
  programKeys: (run) => `Enter behält die Einrückung, Tab verlässt das Feld, ${run} führt aus.`,
  entry: 'Funktion',
  entryInvalid: 'Ein Name, etwa solve.',
  timeout: 'Frist',
  timeoutUnit: 'ms',
  memory: 'Speicher',
  memoryUnit: 'MiB',
  whole: (low, high) => `Eine ganze Zahl von ${low} bis ${high}.`,
  run: 'Ausführen',
  running: 'Läuft …',
  starting: (name) => `${name} startet …`,
  stop: 'Beenden',
  stopped: 'Beendet. Kein Urteil.',
  replaced: 'Ihr geändertes Programm wurde beiseitegelegt.',
  bringBack: 'Zurückholen',
  blocked: (n) =>
    n === 1
      ? 'Korrigieren Sie 1 Feld, damit es laufen kann'
      : `Korrigieren Sie ${n} Felder, damit es laufen kann`,
  edited: 'Seit diesem Lauf geändert',
  verdict: 'Urteil',
  meaning: {
    pass: 'Jeder Aufruf gab zurück, was sein Test erwartet.',
    wrong: 'Es lief bis zum Ende, aber nicht jede Antwort ist die erwartete.',
    exception: 'Ein Aufruf endete in einer Ausnahme.',
    syntax: 'Das Programm ist nicht lesbar, deshalb wurde nichts aufgerufen.',
    timeout: 'Es lief bei Ablauf der Frist noch und wurde beendet.',
    memory: 'Es verlangte mehr Speicher, als seine Grenze erlaubt.',
    crash: 'Es brachte den Interpreter zum Absturz; er wurde ersetzt.',
    tamper: 'Es wurde beim Eingriff in die Sandbox ertappt, deshalb zählt keine seiner Antworten.',
    'no-code': 'Es gibt kein Programm.',
    infrastructure: 'Die Sandbox versagte, nicht das Programm.',
  },
  passed: (n, of) => `${n} von ${of} Tests bestanden`,
  weakAbout: (why) =>
    `Das Programm hätte einen Test stören können (${why}). Dieses Urteil beweist weniger als andere.`,
  evidence: 'Wobei es ertappt wurde',
  time: 'Zeit',
  engine: 'Interpreter',
  output: 'Ausgabe',
  noOutput: 'nichts',
  goTo: (line) => `Zeile ${line}`,
  goToLabel: (line) => `Zu Zeile ${line} gehen`,
  empty: 'Noch ist nichts gelaufen.',
  walls: [
    'Das Programm läuft in einem abgeschotteten Rahmen: kein Netz, kein Speicher, keine Seite.',
    'Nur die Argumente gelangen hinein. Was ein Test erwartet, bleibt draußen und wird dort verglichen.',
    'Der Interpreter wird vor jedem Programm zurückgesetzt.',
  ],
  tests: 'Tests',
  noTests: 'Ohne Tests kann nichts scheitern. Fügen Sie einen hinzu, um das Programm auszuführen.',
  call: 'Argumente',
  expected: 'Erwartet',
  resultHead: 'Ergebnis',
  argsLabel: (n) => `Argumente von Test ${n}`,
  expectedLabel: (n) => `Erwartet von Test ${n}`,
  got: 'erhalten',
  result: { pass: 'bestanden', wrong: 'falsch', exception: 'Ausnahme', 'not-run': 'nicht ausgeführt' },
  suite: { visible: 'sichtbar', 'held-out': 'zurückgehalten', own: 'von Ihnen' },
  comparison: ({ types, tolerance, as: how }) => {
    const { relative = 0, absolute = 0 } = tolerance ?? {};
    return [
      ...(how ? [as[how]] : []),
      ...(tolerance ? [`auf ${absolute || relative}${absolute === 0 ? ' seiner Größe' : ''} genau`] : []),
      ...(types === 'equal' && !tolerance ? ['Zahlen nach ihrem Wert'] : []),
      ...(types === 'json' ? ['Tupel als Listen'] : []),
    ].join(', ');
  },
  addTest: 'Einen Test hinzufügen',
  removeTest: (n) => `Test ${n} entfernen`,
  literals: {
    python: 'Werte sind Python-Literale: 1, 1.0, "text", [1, 2], (1, 2), {"a": 1}, {1, 2}, None, True.',
    javascript:
      'Werte sind JavaScript-Literale: 1, "text", [1, 2], { a: 1 }, new Set([1]), 10n, null, undefined, true.',
  },
  exactly: 'Typen zählen: 1, 1.0 und True sind verschieden.',
  check: 'Prüfung als Code',
  checkAbout:
    'check(candidate) löst eine Ausnahme aus, wenn das Programm falsch ist. Sie läuft, wo das Programm sie nicht erreicht; wo das unmöglich ist, ist das Urteil schwach.',
  failed: {
    what: 'Die Sandbox konnte das Programm nicht ausführen.',
    kept: 'Programm und Tests sind so, wie Sie sie verlassen haben; ein Training ist nicht betroffen.',
    todo: 'Führen Sie es noch einmal aus. Scheitert es wieder, laden Sie die Seite neu.',
  },
};
