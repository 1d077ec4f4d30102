/** The long run: what `npm test` leaves out, and again, with more dice and more widths, what it cuts short. */
import { mergeConfig } from 'vitest/config';
import common from './vitest.config.ts';

const full = mergeConfig(common, { test: { env: { THIDUA_FULL: '1' } } });
full.test.include = [
  'tests/**/*.full.test.ts',
  'tests/shared/domain/properties.test.ts',
  'tests/infra/local/recount-seasons.test.ts',
  'tests/infra/local/start.test.ts',
  'tests/browser/*.test.ts',
];
full.test.exclude = [];

export default full;
