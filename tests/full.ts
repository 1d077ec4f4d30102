/** Whether the long run is on (`npm run test:full`): more dice, more widths, and the files that end in `.full.test.ts`. */
export const inFull = process.env.THIDUA_FULL === '1';

/** So many runs of a property: all of them in the long run, a part in the short one. */
export function runs(all: number): number {
  return inFull ? all : Math.ceil(all * 0.4);
}
