/** The two languages of every page, side by side, so that no sentence is said in one alone. */

export const languages = ['vi', 'en'] as const;
export type Language = (typeof languages)[number];

/** What can be said: a sentence, one made from values, or named groups of them. */
export type Phrases = { readonly [key: string]: Phrase };
export type Phrase = string | ((...values: never[]) => string) | Phrases;

type SameShape<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer V) => string
      ? (...values: V) => string
      : SameShape<T[K]>;
};

/** The same phrases in Vietnamese, the first language, and English; the compiler refuses a missing one. */
export function inBoth<T extends Phrases>(both: {
  vi: T;
  en: SameShape<NoInfer<T>>;
}): Readonly<Record<Language, SameShape<T>>> {
  return both as unknown as Readonly<Record<Language, SameShape<T>>>;
}
