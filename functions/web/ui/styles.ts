/** The stylesheet and fonts, served from the own origin under names that hold their hash. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import base from './base.css';
import components from './components.css';
import latin400 from './fonts/be-vietnam-pro-latin-400-normal.woff2';
import latin600 from './fonts/be-vietnam-pro-latin-600-normal.woff2';
import latin700 from './fonts/be-vietnam-pro-latin-700-normal.woff2';
import vietnamese400 from './fonts/be-vietnam-pro-vietnamese-400-normal.woff2';
import vietnamese600 from './fonts/be-vietnam-pro-vietnamese-600-normal.woff2';
import vietnamese700 from './fonts/be-vietnam-pro-vietnamese-700-normal.woff2';
import digits400 from './fonts/td-so-400.woff2';
import digits600 from './fonts/td-so-600.woff2';
import digits700 from './fonts/td-so-700.woff2';
import tokens from './tokens.css';

type Asset = { readonly type: string; readonly body: string | Uint8Array };

const ranges = {
  vietnamese:
    'U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB',
  latin:
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
  digits: 'U+0030-0039',
} as const;

const faces: readonly (readonly [
  family: string,
  weight: number,
  range: keyof typeof ranges,
  bytes: Uint8Array,
])[] = [
  ['Be Vietnam Pro', 400, 'vietnamese', vietnamese400],
  ['Be Vietnam Pro', 400, 'latin', latin400],
  ['TD So', 400, 'digits', digits400],
  ['Be Vietnam Pro', 600, 'vietnamese', vietnamese600],
  ['Be Vietnam Pro', 600, 'latin', latin600],
  ['TD So', 600, 'digits', digits600],
  ['Be Vietnam Pro', 700, 'vietnamese', vietnamese700],
  ['Be Vietnam Pro', 700, 'latin', latin700],
  ['TD So', 700, 'digits', digits700],
];

function hashed(name: string, ending: string, bytes: Uint8Array): string {
  return `${name}.${bytesToHex(sha256(bytes)).slice(0, 10)}.${ending}`;
}

/** Every asset by its hashed name. */
export const styles = new Map<string, Asset>();

const fontFaces = faces.map(([family, weight, range, bytes]) => {
  const file = hashed(`${family.toLowerCase().replaceAll(' ', '-')}-${range}-${weight}`, 'woff2', bytes);
  styles.set(file, { type: 'font/woff2', body: bytes });
  return `@font-face{font-family:"${family}";font-weight:${weight};font-display:swap;src:url(/assets/${file}) format("woff2");unicode-range:${ranges[range]}}`;
});

const sheet = [...fontFaces, tokens, base, components].join('\n');

/** Name of the one stylesheet. */
export const stylesheet = hashed('thidua', 'css', utf8ToBytes(sheet));
styles.set(stylesheet, { type: 'text/css; charset=utf-8', body: sheet });
