/** What every bench is made of: progress, medians with how far the runs lie apart, folders that are gone afterwards. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

export const root = process.env.THIDUA_ROOT ?? process.cwd();

export type Spread = { readonly median: number; readonly min: number; readonly max: number };

export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('nothing was measured');
  return (lower + upper) / 2;
}

export function spreadOf(values: readonly number[], decimals: number): Spread {
  const round = (value: number) => Number(value.toFixed(decimals));
  return {
    median: round(median(values)),
    min: round(Math.min(...values)),
    max: round(Math.max(...values)),
  };
}

/** Runs work in a folder that is gone afterwards; beside the project, for the system's own is memory on many machines. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const local = join(root, '.local');
  mkdirSync(local, { recursive: true });
  const folder = mkdtempSync(join(local, 'bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function rangeOf({ median: middle, min, max }: Spread, unit: string): string {
  return `median ${middle} ${unit}, from ${min} to ${max}`;
}

/** The machine on which it was measured, in one line. */
export function machine(): string {
  const cores = cpus();
  return `Node ${process.version}, ${cores.length} × ${cores[0]?.model.trim() || 'CPU of unknown model'}`;
}
