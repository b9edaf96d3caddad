/**
 * Frequencies of the rotary position embedding, and what stretches them for contexts longer than those of the first
 * training; in the words of a Hugging Face `config.json`.
 */

/** How the frequencies differ from θ^(−2i/width). */
export type RopeScaling =
  | {
      /** All of them are divided by the factor (kaiokendev 2023). */
      readonly type: 'linear';
      readonly factor: number;
    }
  | {
      /** Those of long waves are divided by the factor, those of short ones kept, those between blended (Llama 3.1). */
      readonly type: 'llama3';
      readonly factor: number;
      /** Waves longer than originalPositions / lowFrequencyFactor are long. */
      readonly lowFrequencyFactor: number;
      /** Waves shorter than originalPositions / highFrequencyFactor are short. */
      readonly highFrequencyFactor: number;
      readonly originalPositions: number;
    };

/** Radians per position of each pair of a head's values, [headWidth / 2], as `modeling_rope_utils.py` of transformers has them. */
export function ropeFrequencies(headWidth: number, theta: number, scaling?: RopeScaling): number[] {
  const half = headWidth / 2;
  const plain = Array.from({ length: half }, (_, i) => theta ** (-i / half));
  return scaling ? plain.map((frequency) => scaled(frequency, scaling)) : plain;
}

function scaled(frequency: number, scaling: RopeScaling): number {
  const slow = frequency / scaling.factor;
  if (scaling.type === 'linear') return slow;
  const { lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  /** Waves within the original context. */
  const waves = (originalPositions * frequency) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (waves - low) / (high - low)));
  return kept === 1 ? frequency : (1 - kept) * slow + kept * frequency;
}

/** What `rope_scaling` of older files and `rope_parameters` of newer ones hold. */
export type RopeFields = Readonly<Record<string, unknown>>;

const SHARED = ['rope_type', 'type', 'rope_theta', 'partial_rotary_factor'];
const ORIGINAL = 'original_max_position_embeddings';
/** The numbers that each rotation has of its own. */
const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  linear: ['factor'],
  llama3: ['factor', 'low_freq_factor', 'high_freq_factor', ORIGINAL],
};

const typeOf = (rope: RopeFields): unknown => rope['rope_type'] ?? rope['type'] ?? 'default';

/** Why the rotation cannot be computed, or `null` if it can. */
export function unsupportedRotation(rope: RopeFields): string | null {
  const type = typeOf(rope);
  const numbers = typeof type === 'string' && Object.hasOwn(NUMBERS, type) ? NUMBERS[type]! : null;
  if (!numbers)
    return `the rotation ${JSON.stringify(type)} is not supported; ${Object.keys(NUMBERS).join(', ')} are`;
  const known = [...SHARED, ...numbers];
  const other = Object.keys(rope).find((key) => !known.includes(key) && rope[key] !== null);
  if (other !== undefined) return `its ${other} is not supported`;
  if ((rope['partial_rotary_factor'] ?? 1) !== 1) return 'only a rotation of the whole head is supported';
  for (const name of numbers) {
    const value = rope[name] ?? (name === ORIGINAL ? 1 : null);
    if (typeof value !== 'number' || !(value > 0) || value === Infinity)
      return `its ${name} must be a number above 0`;
  }
  return type === 'llama3' && !((rope['high_freq_factor'] as number) > (rope['low_freq_factor'] as number))
    ? 'its high_freq_factor must be above its low_freq_factor'
    : null;
}

/** The scaling of a rotation that {@link unsupportedRotation} has nothing against; `null` where there is none. */
export function ropeScalingOf(rope: RopeFields, maxPositions: number): RopeScaling | null {
  const number = (name: string) => rope[name] as number;
  switch (typeOf(rope)) {
    case 'linear':
      return { type: 'linear', factor: number('factor') };
    case 'llama3':
      return {
        type: 'llama3',
        factor: number('factor'),
        lowFrequencyFactor: number('low_freq_factor'),
        highFrequencyFactor: number('high_freq_factor'),
        originalPositions: (rope[ORIGINAL] as number | null | undefined) ?? maxPositions,
      };
    default:
      return null;
  }
}

/** The same in Hugging Face's words, without the base. */
export function ropeFieldsOf(scaling: RopeScaling | undefined): RopeFields & { readonly rope_type: string } {
  if (!scaling) return { rope_type: 'default' };
  if (scaling.type === 'linear') return { rope_type: 'linear', factor: scaling.factor };
  return {
    rope_type: 'llama3',
    factor: scaling.factor,
    low_freq_factor: scaling.lowFrequencyFactor,
    high_freq_factor: scaling.highFrequencyFactor,
    [ORIGINAL]: scaling.originalPositions,
  };
}
