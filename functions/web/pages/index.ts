/** The roster of pages, each with the address below which it stands. */
import type { Hono } from 'hono';
import type { WebDeps } from '../../deps.ts';
import type { PageEnv } from '../visit.ts';
import { accountPages } from './account.tsx';
import { addendumPages, amendmentPages, extensionPages } from './consent.tsx';
import { deskPages } from './desk.tsx';
import { evidencePages } from './evidence.tsx';
import { filePages } from './file.ts';
import { homePages } from './home.tsx';
import { pledgePages } from './pledge.tsx';
import { receiptPages } from './receipt.tsx';
import { resultPages } from './result.tsx';
import { reviewPages } from './review.tsx';
import { savingPages } from './saving.ts';
import { scorePages } from './score.tsx';
import { selfScorePages } from './self-score.tsx';
import { targetPages } from './targets.tsx';

type Pages = (deps: WebDeps) => Hono<PageEnv>;

/** Pages that anybody may open. */
export const openPages: Readonly<Record<string, Pages>> = {
  '/': homePages,
  '/tai-khoan': accountPages,
};

/** Pages for whoever is signed in. */
export const ownPages: Readonly<Record<string, Pages>> = {
  '/ban-lam-viec': deskPages,
  '/phieu-xac-nhan': receiptPages,
  '/tep': filePages,
};

/** Pages of a bloc's year, for the units that take part in it. */
export const placePages: Readonly<Record<string, Pages>> = {
  'chi-tieu': targetPages,
  'giao-uoc': pledgePages,
  'so-ket': reviewPages,
  'tu-cham': selfScorePages,
  'tu-cham/minh-chung': evidencePages,
  'cham-cheo': scorePages,
  'ket-qua': resultPages,
  'phu-luc': addendumPages,
  'bang-tieu-chi': amendmentPages,
  'gia-han': extensionPages,
  nhap: savingPages,
};

/** Below this address stand the pages of a bloc's year. */
export const placePrefix = '/nam/:season/:bloc';
