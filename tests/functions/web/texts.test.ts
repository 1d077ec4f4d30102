/** Every phrase of the pages stands in both languages, says something, and is written in composed characters. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { languages } from '../../../functions/web/text/say.ts';

const folder = join(process.cwd(), 'functions', 'web', 'text');
const modules = readdirSync(folder).filter((name) => name !== 'say.ts');

/** The heading of an official paper, and the name of the language that one changes to. */
const vietnameseInBoth = ['national1', 'national2', 'place', 'otherLanguage'];

type Tree = { readonly [key: string]: unknown };

/** All phrases by path; of one made from values, its code. */
function phrasesOf(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') found.set(at, value);
    else if (typeof value === 'function') found.set(at, String(value));
    else for (const [inner, phrase] of phrasesOf(value as Tree, at)) found.set(inner, phrase);
  }
  return found;
}

describe.each(modules)('%s', (name) => {
  test('says the same in both languages', async () => {
    const exported = (await import(join(folder, name))) as Record<string, unknown>;
    const both = Object.entries(exported).filter(
      (entry): entry is [string, Record<string, Tree>] =>
        typeof entry[1] === 'object' &&
        entry[1] !== null &&
        languages.every((one) => one in (entry[1] as object)),
    );
    for (const [, texts] of both) {
      const [vi, en] = languages.map((one) => phrasesOf(texts[one] as Tree));
      expect([...(en?.keys() ?? [])].sort()).toEqual([...(vi?.keys() ?? [])].sort());
      for (const phrase of [...(vi?.values() ?? []), ...(en?.values() ?? [])])
        expect(phrase).toBe(phrase.normalize('NFC'));
      for (const [at, phrase] of [...(vi ?? []), ...(en ?? [])]) expect(phrase.trim(), at).not.toBe('');
      const letters = /[ăâđêôơưàáạảãằắặẳẵầấậẩẫèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]/i;
      const foreign = [...(en ?? [])].filter(([, phrase]) =>
        letters.test(phrase.replace(/“[^”]*”|`[^`]*`/g, '')),
      );
      expect(foreign.map(([at]) => at).filter((at) => !vietnameseInBoth.includes(at))).toEqual([]);
    }
  });
});
