/**
 * `npm run bench [-- WHICH]`: figures of this machine, each with how it was taken and how far its runs lie apart.
 * Progress goes to standard error; the last line of standard output is one JSON object. Nothing is printed that was not
 * measured.
 */
import { pages } from './pages.ts';
import { spine } from './spine.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = { spine, pages };

const [which = 'spine'] = process.argv.slice(2);
const bench = Object.hasOwn(benches, which) ? benches[which] : undefined;
if (bench) {
  bench().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  });
} else {
  process.stderr.write(`thidua: there is no bench "${which}": ${Object.keys(benches).join(', ')}.\n`);
  process.exit(1);
}
