import type { text } from '../../text/index.ts';

/** What the app and the views say. */
export const app: typeof text = {
  app: {
    name: 'Posterior',
    tagline: 'Ein kleines Sprachmodell lernt nachzudenken, hier in Ihrem Browser.',
    title: (screen) => `${screen} – Posterior`,
    skip: 'Zum Inhalt springen',
    screens: 'Ansichten',
    opening: (screen) => `Wird geöffnet: ${screen}`,
    failed: {
      what: (screen) => `Diese Ansicht konnte nicht geladen werden: ${screen}.`,
      kept: 'Ein laufendes Training geht weiter.',
      todo: 'Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
      again: 'Noch einmal versuchen',
    },
    source: 'Alles läuft auf diesem Rechner. Nichts wird hochgeladen.',
    storageLabel: 'Belegter Speicher',
    storage: (used, of) => `${used} von ${of} hier gespeichert`,
    method: 'Verfahren: Posterior-GRPO, arXiv 2508.05170',
    languageAbout:
      'Die Seite wird neu geladen. Ein laufendes Training bleibt gespeichert und kann fortgesetzt werden.',
    partly: 'Lektion und einige Ansichten sind noch auf Englisch.',
  },
  demo: {
    noModel: 'Hinter Vorführdaten steht kein Modell, also gibt es nichts zu trainieren.',
    badge: 'Vorführdaten',
    about:
      'Diese Zahlen sind simuliert, um die Seite zu zeigen. Sie stammen aus keinem Training; ohne ?demo in der Adresse wird trainiert.',
  },
  theme: { label: 'Farben', system: 'System', light: 'Hell', dark: 'Dunkel' },
  command: {
    show: (screen) => `Gehe zu ${screen}`,
    palette: 'Einen Befehl suchen',
    share: 'Einen Link teilen',
    large: 'Große Schrift ein oder aus',
    help: 'Hilfe zur Tastatur',
  },
  share: {
    title: 'Teilen, was Sie sehen',
    about:
      'Der Link enthält die Ansicht, was darin gewählt ist, und jede Einstellung samt Seed. Er enthält keine Gewichte, keine gespeicherten Läufe und keine Dateien.',
    ownTasks:
      'Diese Aufgaben stammen aus einer Datei von Ihnen: Wer den Link öffnet, braucht dieselbe Datei. Ein Link aus der Ansicht Tasks kann einen kleinen Satz mitbringen.',
    link: 'Link',
    frame: 'HTML für eine andere Seite',
    hide: 'Weglassen',
    parts: { navigation: 'Andere Ansichten', tools: 'Gerät und Farben' },
    large: 'Große Schrift',
    embed: 'Nur diese Ansicht, in einer anderen Seite',
    copy: 'Kopieren',
    copied: 'Kopiert.',
    notCopied: 'Der Browser hat das nicht erlaubt: Markieren Sie den Text und kopieren Sie ihn.',
    close: 'Schließen',
    partial: 'Der Link, dem Sie gefolgt sind, lässt Teile dieser Seite weg.',
    whole: 'Alles zeigen',
    open: 'In Posterior öffnen',
  },
  help: {
    title: 'Tastatur',
    close: 'Schließen',
    note: 'Die Tasten wirken überall, außer beim Schreiben in ein Feld. In einem Diagramm gehen die Pfeiltasten die Schritte entlang.',
    key: 'Taste',
    does: 'Was sie tut',
  },
  palette: {
    title: 'Befehle',
    label: 'Was möchten Sie tun?',
    none: 'Kein Befehl passt zu diesen Wörtern.',
  },
  notice: {
    kept: 'Erhalten:',
    todo: 'Zu tun:',
    dismiss: 'Ausblenden',
    hashVersion:
      'Der Link stammt von einer anderen Version dieser Seite, deshalb wurden seine Einstellungen nicht übernommen.',
    hashKey: (keys) =>
      `Der Link enthält Einstellungen, die diese Seite nicht kennt oder nicht verwenden kann: ${keys}.`,
    hashKept: 'Die übrigen Einstellungen wurden übernommen.',
    hashTodo: 'Prüfen Sie die Einstellungen vor dem Start.',
  },
  deleted: {
    what: (name) => `„${name}“ wurde gelöscht.`,
    about: 'In 20 Sekunden, oder wenn die Seite verlassen wird, ist es endgültig weg.',
    undo: 'Rückgängig',
    undoOf: (name) => `Rückgängig: ${name}`,
  },
  editor: {
    failed:
      'Der Editor konnte nicht geladen werden, deshalb steht hier ein einfaches Feld. Laden Sie die Seite neu, um es noch einmal zu versuchen.',
  },
  offline: {
    newer: {
      what: 'Es gibt eine neuere Version dieser Seite.',
      kept: 'Diese hier arbeitet weiter, und ihr Lauf auch.',
      todo: 'Schließen Sie alle Tabs mit dieser Seite und öffnen Sie sie neu.',
    },
    isolated: {
      what: 'Diese Seite ist jetzt hier gespeichert: Sie öffnet sich auch ohne Netz.',
      kept: 'Ihre Einstellungen und Läufe.',
      todo: 'Laden Sie sie vor dem Training neu: Sie kann dann alle Kerne dieses Rechners nutzen.',
    },
  },
  runMessages: {
    settingsTodo: 'Ändern Sie die Einstellungen und starten Sie noch einmal.',
    changeKept: 'Der Lauf geht mit dem weiter, was er hatte.',
    missing: {
      what: 'Das Rechenwerk für das Training konnte nicht geladen werden.',
      kept: 'Gespeicherte Läufe sind unberührt.',
      todo: 'Laden Sie die Seite neu; wenn das nicht hilft, starten Sie sie mit npm start neu.',
    },
    opening: 'Der Speicher wird geöffnet',
    noStore: {
      kept: 'Nichts wurde begonnen, also ging nichts verloren.',
      todo: 'Läufe brauchen IndexedDB: Verlassen Sie das private Fenster oder erlauben Sie Websitedaten, und laden Sie neu.',
    },
    keptRun: 'Der Lauf ist bis zu seinem letzten Checkpoint erhalten.',
    keptNothing: 'Nichts wurde geändert.',
    tryAgain: 'Drücken Sie „Start“, um es von dort noch einmal zu versuchen.',
    resumed: {
      kept: 'Der Lauf ist bis zu seinem letzten Checkpoint erhalten.',
      todo: 'Von dort geht er auf demselben Gerät weiter.',
    },
    resumedOnWasm: {
      kept: 'Der Lauf ist bis zu seinem letzten Checkpoint erhalten.',
      todo: 'Die GPU ist bei diesem Lauf zweimal ausgefallen, deshalb geht er von dort mit WASM weiter.',
    },
    interrupted: (done, of) =>
      `Ein Lauf wurde bei Schritt ${done} von ${of} unterbrochen; er geht von seinem letzten Checkpoint aus weiter.`,
    interruptedTodo: 'Halten Sie ihn mit „Pause“ an, oder beginnen Sie mit „Zurücksetzen“ einen anderen.',
    heldElsewhere:
      'Dieser Lauf ist in einem anderen Tab offen; schließen Sie ihn dort, um ihn hier fortzusetzen.',
    runGone: 'Dieser Lauf ist nicht mehr gespeichert.',
    swapped: (name, step) => `Ab Schritt ${step} bewertet „${name}“ die Überlegung.`,
    otherDomain: (name, domain) =>
      `„${name}“ liest Überlegungen zu ${domain}. Dieser Lauf handelt von etwas anderem und behält sein Belohnungsmodell.`,
    starterTokenizer: 'Der Tokenizer wird trainiert',
    starterPolicy: 'Die Policy wird feinabgestimmt',
    starterReward: 'Das Belohnungsmodell wird trainiert',
    starterDone: (loss, accuracy) =>
      `Neue Start-Checkpoints: Verlust der Policy ${loss.toFixed(3)} Nats je Token, Belohnungsmodell richtig bei ${(100 * accuracy).toFixed(1)} % der zurückgehaltenen Paare. Neue Läufe beginnen mit ihnen, bis die Seite neu geladen wird.`,
  },
  status: {
    loading: 'Lädt',
    idle: 'Bereit',
    queued: 'Wartet auf einen anderen Lauf',
    running: 'Trainiert',
    holding: 'Wartet zwischen zwei Phasen',
    pausing: 'Hält nach diesem Schritt an',
    paused: 'Angehalten',
    done: 'Fertig',
    failed: 'Durch einen Fehler beendet',
  },
  phase: {
    heading: 'Dieser Schritt',
    name: {
      sample: 'Schreiben',
      execute: 'Ausführen',
      score: 'Bewerten',
      update: 'Anpassen',
      eval: 'Auswerten',
    },
    about: {
      sample: 'die Policy schreibt Antworten',
      execute: 'ihre Antworten werden geprüft: Programme laufen gegen die sichtbaren Tests',
      score: 'das Belohnungsmodell liest ihre Überlegung',
      update: 'Vorteile bewegen die Gewichte',
      eval: 'zurückgehaltene Aufgaben, strenge Tests',
    },
    none: '–',
    active: 'jetzt',
    found: (phase, { completions = 0, length, passing, thinking, loss, gradNorm }) => {
      switch (phase) {
        case 'sample':
          return `${completions} Antworten geschrieben, im Mittel ${Math.round(length ?? 0)} Tokens.`;
        case 'execute':
          return `${passing} von ${completions} Antworten bestehen die sichtbaren Tests.`;
        case 'score':
          return `Mittel von R_t: ${(thinking ?? 0).toFixed(2)}.`;
        case 'update':
          return `Gewichte bewegt: Verlust ${(loss ?? 0).toFixed(3).replace('-', '−')}, Gradientennorm ${(gradNorm ?? 0).toFixed(2)}.`;
        case 'eval':
          return '';
      }
    },
  },
  device: {
    unknown: 'Gerät …',
    unknownAbout: 'Das Gerät ist noch nicht gewählt.',
    kind: { webgpu: 'WebGPU', wasm: 'WebAssembly' },
    threads: (n) => (n === 1 ? '1 Thread' : `${n} Threads`),
    title: 'Wo das Modell rechnet',
    isolated: 'Die Seite ist cross-origin isolated, deshalb teilen sich die Rechenwerke den Speicher.',
    notIsolated:
      'Die Seite ist nicht cross-origin isolated, deshalb werden Gewichte für jedes Rechenwerk kopiert.',
    force: 'Um ein anderes zu erzwingen, wählen Sie es in den Einstellungen oder öffnen Sie die Seite mit',
  },
  setting: { restart: 'Gilt nach dem Zurücksetzen' },
  chart: {
    step: 'Schritt',
    at: (step) => `Schritt ${step}`,
    table: (title) => `${title}: Daten`,
    keys: 'Die Pfeiltasten gehen die Schritte entlang.',
    noData: 'noch keine Daten',
    jaws: {
      title: 'Schere',
      about: 'Wenn die Bewertung der Überlegung steigt und die Richtigkeit nicht, öffnet sich die Schere.',
      thinking: 'Mittel von R_t',
      heldOut: 'Pass@1, zurückgehalten',
      pass: 'R_t, wenn bestanden',
      fail: 'R_t, wenn gescheitert',
      gap: 'Abstand',
      empty: 'Öffnet sich nach dem ersten Schritt.',
    },
  },
  plot: {
    x: 'Bewertung der Überlegung R_t',
    y: 'bestandene Tests',
    trap: 'klingt richtig, versagt',
    zone: {
      pass: 'alle Tests bestanden',
      fail: (then) => (then === '' ? 'ein Test schlägt fehl' : `ein Test schlägt fehl: ${then}`),
    },
    empty: 'Machen Sie einen Schritt: Seine Antworten erscheinen hier.',
    summary: (n, passing, withheld, inversions) =>
      `${n} Antworten, ${passing} bestehen alle Tests; ${withheld} der Bewertung der Überlegung einbehalten; R_t ordnet ${inversions} Paare falsch herum.`,
  },
  limit: {
    of: (value, most) => `${value} von ${most}`,
    unknown: 'nicht gemessen',
  },
  group: {
    list: 'Gruppen',
    empty: 'Noch nichts geschrieben.',
    key: {
      pass: 'besteht: R_f + R_o + R_t',
      fail: 'scheitert: R_t wird einbehalten',
      advantage: 'Vorteil in der Gruppe; gestrichelt: ohne Schranke',
    },
    emptyAbout:
      'Nach einem Schritt zeigt jede Aufgabe ihre Gruppe von Versuchen: die Überlegung, die Antwort, was ihre Tests sagten, und wie jeder Versuch im Vergleich zu den anderen belohnt wurde.',
    passing: (n, of) => `${n} von ${of} bestehen`,
    mean: 'Mittel',
    deviation: 'Abweichung',
    noGradient: 'Kein Gradient',
    noGradientAbout: 'Alle Belohnungen sind gleich, also ist kein Versuch besser als ein anderer.',
    columns: {
      rank: 'Rang',
      verdict: 'Urteil',
      reward: 'Belohnung',
      total: 'Summe',
      advantage: 'Vorteil',
      length: 'Tokens',
      entropy: 'Entropie',
      kl: 'KL',
    },
    truncated: 'abgeschnitten',
    truncatedAbout: 'Die Tokens gingen vor dem Ende aus.',
    parts: (rewards, opening) => {
      const counted =
        opening === 1 ? '' : opening === 0 ? ' einbehalten' : `, davon zählen ${Math.round(opening * 100)} %`;
      return rewards
        .map(({ name, value }) => `${name} ${value}${name === 'thinking' ? counted : ''}`)
        .join(', ');
    },
    advantageLabel: (a, ungated) => `Vorteil ${a}, ohne Schranke ${ungated}`,
    disagree: 'Überlegung und Antwort widersprechen sich',
    agree: 'Überlegung und Antwort stimmen überein',
  },
  completion: {
    prompt: 'Aufgabe',
    asked: 'Alles, was die Policy gelesen hat',
    reasoning: 'Überlegung',
    weak: 'schwach',
    weakAbout: 'Ein Test lief, wo das Programm ihn stören konnte; ein Bestehen beweist daher weniger.',
    noReasoning: 'Es ist keine Überlegung zu lesen: Die Antwort hat nicht die verlangte Form.',
    raw: 'Die Antwort, wie sie geschrieben wurde',
    output: 'Ausgabe',
    expected: 'erwartet',
    got: 'erhalten',
    heldOut: 'zurückgehalten',
    line: (n) => `Zeile ${n}`,
    time: (ms) => `lief ${ms}`,
    passed: (n, of) => `${n} von ${of} Tests bestanden`,
    tryIt: 'In „Ausprobieren“ öffnen',
  },
  why: {
    title: 'Warum hat dieser Schritt das getan?',
    otherGate: (gate) => `Wie es unter „${gate}“ wäre; der Lauf hat eine andere Schranke.`,
    mixed: (passing, size) =>
      passing === size
        ? `Alle ${size} bestehen.`
        : passing === 0
          ? `Keine der ${size} besteht.`
          : `${passing} von ${size} bestehen.`,
    equal: (passing, size, reward) =>
      `${passing} von ${size} bestehen, und alle haben dieselbe Belohnung, ${reward}. Also ist keine Antwort besser als eine andere, und die Gruppe bewegt nichts.`,
    spread: (parts) => `Was die Belohnungen unterscheidet (Anteil an ihrer Varianz): ${parts}.`,
    by: (symbol, value, mean) => `${symbol} trägt ${value} bei, in der Gruppe im Mittel ${mean}`,
    up: (place, advantage, passes, reason) =>
      `Am meisten nach oben: Antwort ${place}, die ${passes ? 'besteht' : 'scheitert'} (A ${advantage})${reason === '' ? '' : `: ${reason}`}.`,
    down: (place, advantage, passes, reason) =>
      `Am meisten nach unten: Antwort ${place}, die ${passes ? 'besteht' : 'scheitert'} (A ${advantage})${reason === '' ? '' : `: ${reason}`}.`,
    withheld: (n, spared) =>
      `R_t wird ${n === 1 ? '1 gescheiterten Antwort' : `${n} gescheiterten Antworten`} vorenthalten. ${
        spared === 0
          ? 'Ohne Schranke würde keine weitere wahrscheinlicher.'
          : `Ohne Schranke würden ${spared} von ihnen wahrscheinlicher.`
      }`,
    lifted: (n) =>
      `${n === 1 ? '1 gescheiterte Antwort' : `${n} gescheiterte Antworten`} trotzdem wahrscheinlicher gemacht: Die übrigen der Gruppe schneiden noch schlechter ab.`,
    push: (share) =>
      `Diese Gruppe macht ${share} des Anstoßes dieses Schritts aus, gemessen als |A| × Tokens.`,
    update: (learningRate, gradNorm, clipped) =>
      `Alle Gruppen zusammen: Lernrate ${learningRate}, Gradientennorm ${gradNorm}, ${clipped} der Verhältnisse abgeschnitten.`,
  },
  rewardModel: {
    shipped: 'Mitgeliefert',
    own: 'Hier trainierter Starter',
    scaling: {
      sigmoid: 'Sigmoid',
      reference: 'gegen die Musterüberlegung',
      rank: 'Rang in der Gruppe',
      'min-max': 'Spanne eines Kalibriersatzes',
    },
  },
};
