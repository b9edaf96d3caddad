/** Runs every operator on a device and compares with the float64 reference. */
import { toFloat16 } from '../float16.ts';
import { evaluateNamed, type NdArray } from '../graph/index.ts';
import { type OperatorCase, operatorCases } from '../graph/operator-cases.ts';
import { DeviceLostError } from './ort/gpu.ts';
import type { HostArray, Runtime } from './runtime.ts';

export interface OperatorReport {
  readonly name: string;
  /** Largest |result − reference| / (1 + |reference|) over the result and its gradients; NaN counts as infinite. */
  readonly error: number;
  /** Why it could not run, where it could not. */
  readonly failure?: string;
}

/** What float32 reaches on every device. */
export const OPERATOR_TOLERANCE = 2e-5;

function toHost(type: string, { data }: NdArray): HostArray {
  if (type === 'i32') return new Int32Array(data);
  return type === 'f16' ? toFloat16(new Float32Array(data)) : new Float32Array(data);
}

/** Runs one case. */
export async function testOperator(
  runtime: Runtime,
  { name, feeds, outputs }: OperatorCase,
): Promise<OperatorReport> {
  const program = await runtime.compile(outputs);
  try {
    const types = new Map(program.inputs.map((input) => [input.name, input.type]));
    const arrays = Object.fromEntries(
      Object.entries(feeds).map(([key, value]) => [key, toHost(types.get(key) ?? 'f32', value)]),
    );
    const { values } = await program.run(arrays);
    const expected = evaluateNamed(Object.values(outputs), feeds);
    let error = 0;
    Object.keys(outputs).forEach((key, k) => {
      const [got, want] = [values[key]!, expected[k]!.data];
      if (got.length !== want.length) error = Infinity;
      want.forEach((value, i) => {
        const difference = Math.abs(got[i]! - value) / (1 + Math.abs(value));
        error = Math.max(error, Number.isNaN(difference) ? Infinity : difference);
      });
    });
    return { name, error };
  } finally {
    await program.release();
  }
}

/**
 * Every operator in turn; one that cannot run at all has an infinite error. Those on float16 are left out where the
 * device has none. `onCase` hears of each, and how many there are.
 * @throws DeviceLostError
 */
export async function selfTest(
  runtime: Runtime,
  onCase: (report: OperatorReport, total: number) => void = () => {},
): Promise<OperatorReport[]> {
  const reports: OperatorReport[] = [];
  const operators = operatorCases().filter(({ float16 }) => !float16 || runtime.float16);
  for (const operator of operators) {
    const report = await testOperator(runtime, operator).catch((error: unknown): OperatorReport => {
      if (error instanceof DeviceLostError) throw error;
      return { name: operator.name, error: Infinity, failure: String(error) };
    });
    onCase(report, operators.length);
    reports.push(report);
  }
  return reports;
}
