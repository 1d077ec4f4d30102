/** The laws of the house: who may import whom, what stays pure, and rosters that agree with files and definitions. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { tasks } from '../functions/tasks/index.ts';
import { localDefinitions } from '../infra/local/world.ts';
import { definitions, placeholderOf, placeholdersOf, workflows } from '../shared/workflow/workflow.ts';

const root = process.cwd();

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|json|css)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const sources = ['shared', 'functions', 'infra', 'tests']
  .flatMap(filesUnder)
  .filter((file) => /\.(ts|tsx)$/.test(file) && !file.endsWith('.d.ts'));

/** What a file imports: own files by path from the root, packages by name. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [
    ...text.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
  ].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    return target.startsWith('.') ? relative(root, resolve(root, file, '..', target)) : target;
  });
}

const room = (path: string) => path.split('/')[0] ?? '';
const isOwn = (path: string) => ['shared', 'functions', 'infra', 'tests'].includes(room(path));

function breaches(
  files: readonly string[],
  isForbidden: (target: string, file: string) => boolean,
): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((target) => isForbidden(target, file))
      .map((target) => `${file} imports ${target}`),
  );
}

describe('imports', () => {
  const of = (folder: string) => sources.filter((file) => file.startsWith(`${folder}/`));

  test('shared knows nothing but itself, zod and the hash', () => {
    const allowed = ['zod', '@noble/hashes/sha2.js', '@noble/hashes/utils.js'];
    expect(
      breaches(of('shared'), (target) =>
        isOwn(target) ? room(target) !== 'shared' : !allowed.includes(target),
      ),
    ).toEqual([]);
  });

  test('functions know shared and themselves, never where they stand', () => {
    expect(
      breaches(of('functions'), (target) => isOwn(target) && !['shared', 'functions'].includes(room(target))),
    ).toEqual([]);
  });

  test('nothing but tests imports tests', () => {
    expect(
      breaches([...of('shared'), ...of('functions'), ...of('infra')], (target) => room(target) === 'tests'),
    ).toEqual([]);
  });

  test('a page never imports a page, a task never a task but their common form', () => {
    expect(
      breaches(
        of('functions/web/pages').filter((file) => !file.endsWith('/index.ts')),
        (target) => target.startsWith('functions/web/pages/'),
      ),
    ).toEqual([]);
    const single = of('functions/tasks').filter((file) => !/\/(index|lambda)\.ts$/.test(file));
    expect(
      breaches(single, (target) => target.startsWith('functions/tasks/') && !target.endsWith('/task.ts')),
    ).toEqual([]);
    expect(
      breaches([...of('functions/tasks'), ...of('functions/reactions')], (target) =>
        target.startsWith('functions/web/'),
      ),
    ).toEqual([]);
  });

  test("what generates the API's document is imported by hosts and builds only", () => {
    expect(breaches(of('functions'), (target) => target.endsWith('api/openapi.ts'))).toEqual([]);
  });
});

describe('purity', () => {
  /** Code without comments and strings, so that a word in a sentence is no breach. */
  const codeOf = (file: string) =>
    readFileSync(join(root, file), 'utf8')
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
  const world =
    /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.|\bfetch\(|\bset(Timeout|Interval)\b|\bglobalThis\b|\bconsole\b/;

  test('shared has no clock, chance, network or environment', () => {
    const impure = sources.filter((file) => file.startsWith('shared/') && world.test(codeOf(file)));
    expect(impure).toEqual([]);
  });

  test('functions read clock, chance and environment in deps.ts alone', () => {
    const read = /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.env\b/;
    const impure = sources.filter(
      (file) =>
        file.startsWith('functions/') &&
        file !== 'functions/deps.ts' &&
        // The browser's script runs elsewhere, on the browser's own clock.
        !file.startsWith('functions/web/client/') &&
        read.test(codeOf(file)),
    );
    expect(impure).toEqual([]);
  });

  test('nobody scans, deletes or updates in the journal', () => {
    const users = sources.filter(
      (file) => file.startsWith('functions/') && /\bScanCommand\b|\bTransactWrite/.test(codeOf(file)),
    );
    expect(users).toEqual([]);
    expect(codeOf('functions/journal/journal.ts')).not.toMatch(/DeleteItem|UpdateItem/);
    const others = sources.filter(
      (file) => file.startsWith('functions/') && file !== 'functions/journal/journal.ts',
    );
    expect(others.filter((file) => /\bjournalKey\b/.test(codeOf(file)) && !file.endsWith('keys.ts'))).toEqual(
      [],
    );
  });
});

describe('rosters', () => {
  test('every task is a file of its name, and every file a task', () => {
    const files = readdirSync(join(root, 'functions/tasks'))
      .map((name) => name.replace(/\.ts$/, ''))
      .filter((name) => !['index', 'task', 'lambda'].includes(name));
    expect(files.sort()).toEqual(Object.keys(tasks).sort());
  });

  test('every definition is a file of its name, and every file a definition', () => {
    const files = filesUnder('shared/workflow').filter((file) => file.endsWith('.asl.json'));
    expect(files.map((file) => file.replace(/^.*\/(.*)\.asl\.json$/, '$1')).sort()).toEqual(
      [...workflows].sort(),
    );
  });

  test('the placeholders of the definitions are the tasks and machines: none missing, none unused', () => {
    const used = new Set(workflows.flatMap((name) => placeholdersOf(definitions[name])));
    const started = workflows.filter((name) => name !== 'annual-cycle');
    expect([...used].sort()).toEqual([...Object.keys(tasks), ...started].map(placeholderOf).sort());
  });

  test('a state that invokes names in its payload the task of its placeholder', () => {
    for (const name of workflows) {
      const text = JSON.stringify(definitions[name]);
      for (const [, placeholder, task] of text.matchAll(
        /"FunctionName":"\$\{(\w+)\}","Payload":\{"task":"([a-z-]+)"/g,
      ))
        expect(placeholder, name).toBe(placeholderOf(task ?? ''));
      expect([...text.matchAll(/"FunctionName"/g)].length).toBe(
        [...text.matchAll(/"FunctionName":"\$\{\w+\}","Payload":\{"task":"/g)].length,
      );
    }
  });

  test('AWS would accept every definition as it is deployed', () => {
    for (const [name, definition] of Object.entries(localDefinitions())) {
      const arn = (text: string) =>
        text.replace(
          /"(reader|writer|gatekeeper)"/g,
          '"arn:aws:lambda:ap-southeast-1:000000000000:function:$1"',
        );
      const { isValid, errorsText } = aslValidator(JSON.parse(arn(JSON.stringify(definition))), {
        checkPaths: true,
      });
      expect(isValid, `${name}: ${errorsText()}`).toBe(true);
    }
  });

  test('every state of a task retries what broke and never what does not fit', () => {
    type State = {
      Type: string;
      Retry?: { ErrorEquals: string[]; MaxAttempts: number }[];
      ItemProcessor?: { States: Record<string, State> };
    };
    const check = (states: Record<string, State>, at: string) => {
      for (const [name, state] of Object.entries(states)) {
        if (state.ItemProcessor) check(state.ItemProcessor.States, `${at}.${name}`);
        if (state.Type !== 'Task') continue;
        expect(state.Retry?.[0]?.MaxAttempts, `${at}.${name}`).toBe(0);
        expect(
          (state.Retry ?? []).some(({ MaxAttempts }) => MaxAttempts > 0),
          `${at}.${name}`,
        ).toBe(true);
      }
    };
    for (const name of workflows) check(definitions[name].States as unknown as Record<string, State>, name);
  });
});

describe('what the project says of itself', () => {
  const top = readdirSync(root).filter((name) => /\.(json|md)$/.test(name) || name === '.biome.json');
  const written = [...top, ...['shared', 'functions', 'infra', 'tests'].flatMap(filesUnder)];

  test('is written in composed Unicode (NFC)', () => {
    const decomposed = written.filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return text !== text.normalize('NFC');
    });
    expect(decomposed).toEqual([]);
  });

  test('names no registry and no folder of a machine', () => {
    const foreign = written.filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return /"resolved":|registry\.npmjs|\/home\/[a-z]+\/|\/Users\//.test(
        text.replaceAll(/\/"resolved".*$/gm, ''),
      );
    });
    expect(foreign.filter((file) => file !== 'tests/laws.test.ts')).toEqual([]);
  });

  test('begins every file with what it is for', () => {
    const silent = sources.filter((file) => !readFileSync(join(root, file), 'utf8').startsWith('/**'));
    expect(silent).toEqual([]);
  });
});
