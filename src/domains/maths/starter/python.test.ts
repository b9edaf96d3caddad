import { loadPyodide } from 'pyodide';
import { expect, it } from 'vitest';
import { starterTasks } from './index.ts';

/** Reads every prompt in Python, without plans, and works its answer out with `fractions`. */
const READER = `
import json, re
from fractions import Fraction as F

def first(pattern, text):
    match = re.search(pattern, text)
    return match and [group for group in match.groups() if group is not None]

CLAUSES = [
    (r'add (\\d+)|plus (\\d+)|(?:gets|finds) (\\d+) more', lambda v, k: v + k),
    (r'subtract (\\d+)|minus (\\d+)|loses (\\d+)|gives (\\d+) away', lambda v, k: v - k),
    (r'multiply by (\\d+)|times (\\d+)|has (\\d+) times as many', lambda v, k: v * k),
    (r'divide by (\\d+)|over (\\d+)|keeps one of (\\d+) equal parts', lambda v, k: v / k),
]
QUESTIONS = [
    (r'(?:How far from|missing to|How many more make) (\\d+)', lambda v, k: k - v),
    (r'remainder by (\\d+)|mod (\\d+)', lambda v, k: v % k),
    (r'Each costs (\\d+) dollars', lambda v, k: v * k),
    (r'pairs is that, of (2) each', lambda v, k: v / k),
]

def apply(rules, text, value):
    for pattern, rule in rules:
        found = first(pattern, text)
        if found:
            return rule(value, F(found[0]))
    return None

def opening(text):
    found = first(r'digit sum of (\\d+)|Add the digits of (\\d+)', text)
    if found:
        return F(sum(int(d) for d in found[0]))
    found = first(r'digit product of (\\d+)|Multiply the digits of (\\d+)', text)
    if found:
        product = F(1)
        for d in found[0]:
            product *= int(d)
        return product
    found = first(r'has (\\d+) boxes of (\\d+)', text)
    if found:
        return F(found[0]) * F(found[1])
    found = first(r'([\\d/]+) of (\\d+)$', text)
    if found:
        return F(found[0]) * F(found[1])
    found = first(r'([\\d/]+) ([+-]) ([\\d/]+)$', text)
    if found:
        return F(found[0]) + F(found[2]) * (1 if found[1] == '+' else -1)
    return F(first(r'(\\d+)', text)[0])

def value_at(expression, name, x):
    spelled = re.sub(r'(\\d)\\s*(?=[a-z(])', r'\\1*', expression)
    spelled = re.sub(r'\\d+', lambda m: 'F(%s)' % m.group(), spelled)
    return eval(spelled, {'F': F, name: x})

def equation(prompt):
    found = (first(r'If (.+), what is (.+)\\?', prompt) or first(r'Let (.+)\\. Find (.+)\\.', prompt))
    if not found:
        asked, equals = first(r'Find (.+) if (.+)\\.', prompt)
    else:
        equals, asked = found
    name = first(r'([a-z])', equals)[0]
    left, right = equals.split('=')
    difference = lambda x: value_at(left, name, x) - value_at(right, name, x)
    slope = difference(F(1)) - difference(F(0))
    return value_at(asked, name, -difference(F(0)) / slope)

def answer(family, prompt):
    if family == 'equations':
        return equation(prompt)
    sentences = [s.strip() for s in re.findall(r'[^.?]+[.?]', prompt)]
    parts = [part.rstrip('.?') for part in (sentences if family == 'words' else sentences[0].split(', ') + sentences[1:])]
    value = opening(parts[0])
    rest, question = parts[1:-1], parts[-1]
    if family == 'words' and 'price of all' in question:
        question = rest.pop()
    for part in rest:
        value = apply(CLAUSES, part, value)
    if question in ('Change the sign', 'Give the opposite'):
        return -value
    asked = apply(QUESTIONS, question, value)
    return value if asked is None else asked

def operate(operation, operands):
    value = F(operands[0])
    for operand in map(F, operands[1:]):
        if operation == 'add': value += operand
        elif operation == 'subtract': value -= operand
        elif operation == 'multiply': value *= operand
        elif operation == 'divide': value /= operand
        else: value %= operand
    return str(value)

def run(text):
    return json.dumps([
        [str(answer(task['family'], task['prompt'])), [operate(s['operation'], s['operands']) for s in task['plan']['steps']]]
        for task in json.loads(text)
    ])
run
`;

it('has the answers and results that Python finds, each from its prompt alone', async () => {
  const pyodide = await loadPyodide();
  const run = pyodide.runPython(READER) as (text: string) => string;
  const tasks = starterTasks();
  const found = JSON.parse(run(JSON.stringify(tasks))) as [answer: string, results: string[]][];
  const wrong = tasks.filter(
    ({ answer, plan }, i) =>
      found[i]![0] !== answer ||
      plan.steps.at(-1)?.result !== answer ||
      plan.steps.some(({ result }, at) => result !== found[i]![1][at]),
  );
  expect(wrong.map(({ prompt, answer }) => [prompt, answer])).toEqual([]);
  expect(tasks.length).toBeGreaterThan(4000);
}, 120_000);
