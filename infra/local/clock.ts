/**
 * The legal clock of the laptop: it judges deadlines and stamps events, can be moved on, and never goes back, not even
 * over a restart. Running, it goes on with the wall; held, it stands where it was put.
 */
import { join } from 'node:path';
import { readIfThere, writeDurably } from './files.ts';

export type Clock = {
  now(): Date;
  /** Moves on to an instant; throws RangeError for one that has passed. */
  set(to: Date): Promise<void>;
};

export type ClockOptions = {
  /** Where it is kept; a clock without a folder ends with the process. */
  folder: string | undefined;
  /** The first instant of a clock that has not run yet. */
  startsAt: Date;
  runs: boolean;
  wallNow(): Date;
};

/** Opens the clock of a folder. */
export async function openClock({ folder, startsAt, runs, wallNow }: ClockOptions): Promise<Clock> {
  const path = folder === undefined ? undefined : join(folder, 'clock.json');
  const kept = path === undefined ? undefined : await readIfThere(path);
  const saved = kept
    ? (JSON.parse(Buffer.from(kept).toString()) as { legal: string; wall: string })
    : undefined;
  // While the host was down the legal time went on with the wall, unless the wall was set back meanwhile.
  const away = saved && runs ? Math.max(0, wallNow().getTime() - Date.parse(saved.wall)) : 0;
  let legal = (saved ? Date.parse(saved.legal) : startsAt.getTime()) + away;
  let wall = wallNow().getTime();

  async function save(): Promise<void> {
    if (path === undefined) return;
    await writeDurably(
      path,
      JSON.stringify({ legal: new Date(legal).toISOString(), wall: new Date(wall).toISOString() }),
    );
  }

  function now(): Date {
    if (!runs) return new Date(legal);
    const read = wallNow().getTime();
    legal += Math.max(0, read - wall);
    wall = read;
    return new Date(legal);
  }

  if (!saved) await save();
  return {
    now,
    async set(to) {
      const present = now();
      if (to < present)
        throw new RangeError(`the clock stands at ${present.toISOString()} and does not go back`);
      legal = to.getTime();
      await save();
    },
  };
}
