import type { text } from '../../screens/lab/text.ts';

/** What a record of a file is called, by its English name. */
const units: Readonly<Record<string, string>> = { line: 'Zeile', record: 'Datensatz', row: 'Zeile' };

/** The Lab. */
export const lab: typeof text = {
  title: 'Labor',
  windowTitle: (done, of) => `${done} / ${of}`,
  skip: 'Zum Lauf springen',
  parts: {
    run: 'Lauf',
    settings: 'Einstellungen',
    runs: 'Gespeicherte Läufe',
    scores: 'Ergebnisse',
    pass: 'Antworten im Verlauf',
    'gate-plot': 'Bild der Schranke',
    groups: 'Antworten',
    'try-it': 'Ausprobieren',
    curves: 'Kurven',
  },
  run: {
    heading: 'Lauf',
    progress: (done, of) => `Schritt ${done} von ${of}`,
    left: (time) => `noch ${time}`,
    loadingLabel: 'Lädt',
  },
  command: {
    run: 'Start',
    resume: 'Weiter',
    pause: 'Pause',
    step: 'Ein Schritt',
    phase: 'Eine Phase',
    queue: 'Einen weiteren Lauf mit diesen Einstellungen anreihen',
    queueShort: 'Anreihen',
    reset: 'Zurücksetzen',
    cancel: 'Sofort beenden',
    nextCompletion: 'Nächste Antwort',
    previousCompletion: 'Vorige Antwort',
    toggleCompletion: 'Antwort öffnen oder schließen',
    nextGroup: 'Nächste Gruppe',
    previousGroup: 'Vorige Gruppe',
    cycleGate: 'Durch eine andere Schranke sehen',
    openTryIt: 'Das gewählte Programm ausprobieren',
    tryRun: 'Das Programm in „Ausprobieren“ ausführen',
    tryStop: 'Das Programm in „Ausprobieren“ beenden',
    runPause: 'Start oder Pause',
  },
  settings: {
    heading: 'Einstellungen',
    summary: (gate, seed, steps) => `${gate}, Seed ${seed}, ${steps} Schritte`,
    name: {
      preset: 'Voreinstellung',
      gate: 'Schranke',
      seed: 'Seed',
      steps: 'Schritte',
      learningRate: 'Lernrate',
      device: 'Gerät',
      tasks: 'Aufgaben',
      overrides: 'Weitere Einstellungen',
    },
    presetAbout: 'Aufgaben, Modell und Batchgröße.',
    seedAbout: 'Gleicher Seed, gleiches Gerät: derselbe Lauf, Zahl für Zahl.',
    stepsAbout: 'Anpassungen der Policy.',
    learningRateAbout:
      'Wie weit eine Anpassung reicht. 1e-4 ist hier sicher; bei 2e-4 entfernten sich Programme von ihren Plänen.',
    deviceAbout: 'Wo das Modell rechnet.',
    device: { auto: 'Für mich wählen', webgpu: 'WebGPU', wasm: 'WebAssembly' },
    tasks: {
      preset: 'Die der Voreinstellung',
      about:
        'Wovon der Lauf handelt: die Welt der Voreinstellung oder eigene Aufgaben. Eine Datei kann auch hierher gezogen werden.',
      file: (name, count) => `${name} (${count} Aufgaben)`,
      gone: 'Eine Datei, die hier nicht gespeichert ist',
      open: 'Eine Aufgabendatei öffnen …',
      remove: 'Diese Datei löschen',
      removeAbout: (name) => `${name} löschen; Läufe mit ihr bleiben erhalten, können aber nicht weitergehen`,
      checking: (name, done, total) =>
        total === 0 ? `${name} wird gelesen …` : `${name} wird geprüft: ${done} von ${total} Aufgaben`,
      report: (name, count, left) =>
        left === 0
          ? `${name}: Alle ${count} Aufgaben sind brauchbar.`
          : `${name}: ${count} Aufgaben sind brauchbar, ${left} wurden ausgelassen.`,
      reasons: 'Was ausgelassen wurde, und warum',
      more: (n) => `… und ${n} weitere`,
      place: (unit, line, id) => `${units[unit] ?? unit} ${line}${id === undefined ? '' : ` (${id})`}`,
      split: 'Zurückgehalten werden',
      splitBy: { id: 'einzelne Aufgaben', family: 'Familien' },
      splitAbout: 'Zurückgehaltene Aufgaben werden nie trainiert.',
      heldOut: 'Zurückgehaltener Anteil',
      heldOutAbout: 'Auf jeder Seite ist mindestens eine Aufgabe oder Familie.',
      heldOutInvalid: 'Eine Zahl über 0 und unter 1, etwa 0.2.',
    },
    retrain: 'Den Starter neu trainieren',
    retrainAbout:
      'Trainiert die Policy des Starts und das Belohnungsmodell von Grund auf, mit ihren aufgezeichneten Seeds.',
    invalid: {
      seed: 'Eine ganze Zahl von 0 bis 4294967295.',
      steps: 'Eine ganze Zahl von 1 bis 10000.',
      learningRate: 'Eine Zahl von 1e-7 bis 1e-1, etwa 1e-4.',
    },
  },
  options: {
    heading: 'Alle Einstellungen',
    changed: (n) => `${n} anders als die Voreinstellung`,
    asPreset: 'Wie in der Voreinstellung',
    idle: (why) => `Ohne Wirkung: ${why}.`,
    invalid: (values) => {
      if (values.kind !== 'integer' && values.kind !== 'number') return '';
      const kind = values.kind === 'integer' ? 'Eine ganze Zahl' : 'Eine Zahl';
      const from = values.kind === 'number' && values.above ? 'über' : 'ab';
      return `${kind} ${from} ${values.low[0]}${values.high ? ` bis ${values.high[0]}` : ''}.`;
    },
    weight: (symbol) => `Gewicht von ${symbol}`,
    weightAbout: 'Womit der Teil in der Summe multipliziert wird.',
    weightInvalid: 'Eine Zahl von 0 bis 100.',
  },
  live: {
    heading: 'Während des Trainings ändern',
    about:
      'Gilt ab dem nächsten Schritt. Der Lauf merkt sich jede Änderung, damit eine Wiederholung sie auch macht.',
    setting: (name, value) => `${name} ${value}`,
    next: (settings) => `Vor dem nächsten Schritt: ${settings}.`,
    change: (step, settings) => `Ab Schritt ${step}: ${settings}`,
    list: 'Was sich geändert hat',
  },
  score: {
    heading: 'Ergebnisse',
    heldOut: 'Pass@1, zurückgehalten',
    heldOutAbout: 'nie trainierte Aufgaben, strenge Tests',
    visible: 'Pass@1, sichtbar',
    visibleAbout: 'dieselben Aufgaben, nur die Tests, die das Training sieht',
    thinking: 'Bewertung der Überlegung',
    thinkingAbout: 'Mittel von R_t im letzten Schritt',
    thinkingBy: (model, scaling) => `Mittel von R_t im letzten Schritt, von „${model}“, ${scaling}`,
    withheld: 'Einbehalten',
    withheldAbout: 'Anteil von R_t, den die Schranke einbehielt',
    inversions: 'Inversionen',
    inversionsAbout: 'Paare, in denen R_t ein Scheitern über ein Bestehen stellt',
    lifted: (n) =>
      n === 1
        ? 'Paare nach R_t; 1 gescheiterte Antwort wahrscheinlicher gemacht'
        : `Paare nach R_t; ${n} gescheiterte Antworten wahrscheinlicher gemacht`,
    start: (v) => `von ${v}`,
    interval: (a, b) => `95 % ${a} – ${b}`,
    empty: '–',
  },
  chart: {
    heading: 'Kurven',
    change: (settings, step) => `ab Schritt ${step}: ${settings}`,
    swap: (name, step) => `ab Schritt ${step}: bewertet von „${name}“`,
    interval: '95-%-Intervall',
    pass: {
      title: 'Sind die Antworten richtig?',
      about: 'Anteil zurückgehaltener Aufgaben, die beim ersten Versuch gelöst werden.',
      heldOut: 'strenge Tests (zurückgehalten)',
      visible: 'sichtbare Tests',
      empty: 'Der erste Punkt erscheint mit der Auswertung vor Schritt 1.',
    },
    rewards: {
      title: 'Teile der Belohnung',
      about: 'Mittel über die Antworten eines Schritts, vor der Schranke.',
      empty: 'Ein Punkt je Schritt.',
    },
    gate: {
      title: 'Was die Schranke tut',
      about: 'Wie oft sie sich öffnet, und wie viel von R_t sie einbehält.',
      open: 'Anteil offen',
      withheld: 'Anteil einbehalten',
      empty: 'Ein Punkt je Schritt.',
    },
    inversions: {
      title: 'Inversionen',
      about: 'Paare einer Gruppe, die falsch herum geordnet sind.',
      thinking: 'nach R_t allein',
      ungated: 'nach der Summe ohne Schranke',
      empty: 'Ein Punkt je Schritt.',
    },
    entropy: {
      title: 'Entropie',
      about: 'Wie unentschieden die Policy noch ist, in Nats je Token.',
      value: 'Nats je Token',
      empty: 'Ein Punkt je Schritt.',
    },
    kl: {
      title: 'KL zum Start',
      about: (sampled, moving) =>
        `Wie weit sich die Policy von ${moving ? 'der Referenz, die ihr folgt,' : 'ihrem Anfang'} entfernt hat ` +
        `(k3-Schätzung${sampled ? ', aus den ersten Gruppen jedes Schritts' : ''}).`,
      value: 'Nats je Token',
      empty: 'Ein Punkt je Schritt.',
    },
    length: {
      title: 'Länge',
      about: 'Mittlere Zahl der Tokens einer Antwort.',
      mean: 'alle',
      terminated: 'beendete',
      empty: 'Ein Punkt je Schritt.',
    },
    agreement: {
      title: 'Überlegung und Antwort',
      about: 'Anteil der Antworten, die sind, was ihre Überlegung sagt.',
      value: 'Übereinstimmung',
      empty: 'Ein Punkt je Schritt.',
    },
    health: {
      title: 'Gruppen, die lehren',
      about: 'Eine Gruppe, deren Belohnungen alle gleich sind, hat keinen Gradienten.',
      mixed: 'Bestehen und Scheitern gemischt',
      flat: 'kein Gradient',
      empty: 'Ein Punkt je Schritt.',
    },
  },
  plot: {
    title: 'Die Schranke, Antwort für Antwort',
    about: 'Jeder Punkt ist eine Antwort des letzten Schritts.',
    counted: 'R_t zählt',
    withheld: 'R_t einbehalten',
    up: 'wahrscheinlicher gemacht',
    down: 'unwahrscheinlicher gemacht',
    look: 'Sehen durch',
    sameData: 'Dieselben Antworten, Vorteile neu berechnet.',
    thisRun: 'dieser Lauf',
    all: 'Alle Gruppen',
    one: 'Diese Gruppe',
    scope: 'Zeigen',
  },
  group: {
    heading: 'Antworten des letzten Schritts',
    step: (n) => `Schritt ${n}`,
    follow: 'Zum letzten Schritt',
  },
  storage: {
    heading: 'Hier ist ein unfertiger Lauf gespeichert',
    offer: (gate, seed, done, of, tasks) =>
      `${gate}, Seed ${seed}, ${tasks === undefined ? '' : `Aufgaben aus ${tasks}, `}${done} von ${of} Schritten`,
    resume: 'Weiter',
    look: 'Ansehen',
    training: 'Ein anderer Lauf trainiert',
    finished: 'Fertige Läufe',
  },
};
