/** Chance that repeats: xoshiro128** (Blackman and Vigna) seeded by a text, so that the same seed plays the same year. */
import { sha256Of } from '../../../shared/journal.ts';

export type Chance = {
  /** In [0, 1). */
  next(): number;
  /** A whole number from least to most, both included. */
  whole(least: number, most: number): number;
  /** About normal, mean 0, deviation 1: the sum of twelve uniforms less six. */
  normal(): number;
};

/** The stream of chance that belongs to a text. */
export function chanceOf(text: string): Chance {
  const digest = sha256Of(text);
  const state = new Uint32Array([0, 8, 16, 24].map((at) => Number.parseInt(digest.slice(at, at + 8), 16)));
  const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));
  const bits = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    const c2 = c ^ a;
    const d2 = d ^ b;
    state[1] = b ^ c2;
    state[0] = a ^ d2;
    state[2] = c2 ^ t;
    state[3] = rotate(d2, 11);
    return result;
  };
  const next = () => bits() / 2 ** 32;
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    normal: () => Array.from({ length: 12 }, next).reduce((sum, x) => sum + x, 0) - 6,
  };
}
