/** What a page needs beside its HTML, served from the own origin under names that hold its hash. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import latin400 from '@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff2';
import latin600 from '@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-600-normal.woff2';
import vietnamese400 from '@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-normal.woff2';
import vietnamese600 from '@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-600-normal.woff2';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import enhancement from '../client/main.ts?script';
import digits400 from './fonts/td-so-400.woff2';
import digits600 from './fonts/td-so-600.woff2';
import sheet from './thidua.css';

/** A file with its type; text is compressed once, when it is first asked for. */
type Asset = { readonly type: string; readonly bytes: Uint8Array; readonly isText: boolean };

const ranges = {
  vietnamese:
    'U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB',
  latin:
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
  digits: 'U+0030-0039',
} as const;

/** Two weights: a third would cost a page 38 KB and is hard to tell from the second. */
const faces: readonly (readonly [
  family: string,
  weight: string,
  range: keyof typeof ranges,
  bytes: Uint8Array,
])[] = [
  ['Be Vietnam Pro', '400 500', 'vietnamese', vietnamese400],
  ['Be Vietnam Pro', '400 500', 'latin', latin400],
  ['TD So', '400 500', 'digits', digits400],
  ['Be Vietnam Pro', '600 700', 'vietnamese', vietnamese600],
  ['Be Vietnam Pro', '600 700', 'latin', latin600],
  ['TD So', '600 700', 'digits', digits600],
];

const assets = new Map<string, Asset>();

function publish(name: string, ending: string, type: string, content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? utf8ToBytes(content) : content;
  const file = `${name}.${bytesToHex(sha256(bytes)).slice(0, 10)}.${ending}`;
  assets.set(file, { type, bytes, isText: typeof content === 'string' });
  return file;
}

const fontFaces = faces.map(([family, weight, range, bytes]) => {
  const name = `${family} ${range} ${weight.slice(0, 3)}`.toLowerCase().replaceAll(' ', '-');
  const file = publish(name, 'woff2', 'font/woff2', bytes);
  return `@font-face{font-family:"${family}";font-weight:${weight};font-display:swap;src:url(/assets/${file}) format("woff2");unicode-range:${ranges[range]}}`;
});

/** Name of the one style sheet. */
export const stylesheet = publish(
  'thidua',
  'css',
  'text/css; charset=utf-8',
  [...fontFaces, sheet].join('\n'),
);

/** Name of the icon that browsers show with a page. */
export const icon = publish(
  'thidua',
  'svg',
  'image/svg+xml',
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 38 38"><path fill="#9a1b1e" d="M0 20h18v18H0zM20 20h18v18H20zM0 0h18v18H0z"/><path fill="#c79a2b" d="M20 0h18v18H20z"/></svg>',
);

/** Name of the one script. */
export const script = publish('thidua', 'js', 'text/javascript; charset=utf-8', enhancement);

const compressed = new Map<string, Uint8Array>();

/** A file by its hashed name, in the best encoding that the browser takes; undefined where there is none. */
export function assetNamed(
  file: string,
  acceptEncoding: string,
): { type: string; bytes: Uint8Array; encoding?: 'br' | 'gzip' } | undefined {
  const asset = assets.get(file);
  if (!asset?.isText) return asset;
  const encoding = /\bbr\b/.test(acceptEncoding)
    ? 'br'
    : /\bgzip\b/.test(acceptEncoding)
      ? 'gzip'
      : undefined;
  if (!encoding) return asset;
  const kept = compressed.get(`${encoding} ${file}`);
  if (kept) return { type: asset.type, bytes: kept, encoding };
  const bytes =
    encoding === 'br'
      ? brotliCompressSync(asset.bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      : gzipSync(asset.bytes);
  compressed.set(`${encoding} ${file}`, bytes);
  return { type: asset.type, bytes, encoding };
}
