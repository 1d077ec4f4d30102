/**
 * What DynamoDB Streams and one Lambda are in AWS: after each append the reactions to its stream run, one stream's one
 * after the other. A reaction that fails is tried again; what is lost with the process, the sweep at the next start finds.
 */
import type { Log } from '../../functions/deps.ts';

export type Reactor = {
  /** A commit was appended to this stream. */
  follow(stream: string): void;
  /** Resolves when nothing is left to react to. */
  idle(): Promise<void>;
  isIdle(): boolean;
  stop(): Promise<void>;
};

const attempts = 8;

/** Runs reactions, several streams at a time. */
export function createReactor(react: (stream: string) => Promise<void>, log: Log): Reactor {
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  let stopped = false;
  let wakers: (() => void)[] = [];

  function isIdle(): boolean {
    return waiting.size === 0 && running.size === 0;
  }

  async function attend(stream: string): Promise<void> {
    for (let attempt = 1; attempt <= attempts && !stopped; attempt++) {
      try {
        await react(stream);
        return;
      } catch (error) {
        log('error', 'a reaction failed', { stream, attempt, error: String(error) });
        await new Promise((wake) => setTimeout(wake, Math.min(2000, 20 * 2 ** attempt)));
      }
    }
  }

  function pump(): void {
    for (const stream of waiting) {
      if (stopped || running.size >= 8) break;
      if (running.has(stream)) continue;
      waiting.delete(stream);
      const done = attend(stream).finally(() => {
        running.delete(stream);
        pump();
      });
      running.set(stream, done);
    }
    if (isIdle()) {
      for (const wake of wakers) wake();
      wakers = [];
    }
  }

  return {
    follow(stream) {
      if (stopped) return;
      waiting.add(stream);
      pump();
    },
    isIdle,
    idle: () => (isIdle() ? Promise.resolve() : new Promise((wake) => wakers.push(wake))),
    async stop() {
      stopped = true;
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}
