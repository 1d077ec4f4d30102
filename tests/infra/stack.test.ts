/** What would be deployed: the same definitions and the same code as here, and nobody with more rights than its work needs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessProfiles, tasks } from '../../functions/tasks/index.ts';
import { bundleFunctions, type Entry } from '../../infra/bundle.ts';
import { ThiduaStack } from '../../infra/thidua-stack.ts';
import { definitions, placeholderOf, type Workflow, workflows } from '../../shared/workflow/workflow.ts';

type Resource = { Type: string; Properties: Record<string, unknown>; UpdateReplacePolicy?: string };
type Statement = {
  Action: string | string[];
  Effect: string;
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
};

let folder: string;
let bundles: Record<Entry, string>;
let resources: Record<string, Resource>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thidua-'));
  bundles = await bundleFunctions(process.cwd(), folder);
  const stack = new ThiduaStack(new App(), 'thidua-test', { stage: 'test', contact: 'Ban', bundles });
  resources = Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ofType = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);

/** The statements of the role of a function, by the beginning of its logical id. */
function rightsOf(name: string): Statement[] {
  return ofType('AWS::IAM::Policy')
    .filter(([id]) => id.startsWith(`${name}ServiceRoleDefaultPolicy`))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

const actionsOf = ({ Action }: Statement) => (Array.isArray(Action) ? Action : [Action]);

describe('the machines', () => {
  const machine = (workflow: Workflow) =>
    ofType('AWS::StepFunctions::StateMachine').find(
      ([, { Properties }]) => Properties.StateMachineName === `thidua-test-${workflow}`,
    )?.[1].Properties;

  test('are the six, with exactly the definitions that the laptop runs', () => {
    expect(ofType('AWS::StepFunctions::StateMachine')).toHaveLength(workflows.length);
    for (const workflow of workflows) {
      expect(JSON.parse(machine(workflow)?.DefinitionString as string)).toEqual(definitions[workflow]);
      expect(machine(workflow)?.StateMachineType).toBe('STANDARD');
    }
  });

  test("invoke for each task the function of that task's profile, and start the machine they name", () => {
    const functions = Object.fromEntries(
      accessProfiles.map((profile) => [
        profile,
        ofType('AWS::Lambda::Function').find(
          ([, { Properties }]) =>
            (Properties.Environment as { Variables: { PROFILE?: string } }).Variables.PROFILE === profile,
        )?.[0],
      ]),
    );
    for (const workflow of workflows) {
      const substitutions = machine(workflow)?.DefinitionSubstitutions as Record<string, unknown>;
      for (const [name, value] of Object.entries(substitutions)) {
        const task = Object.entries(tasks).find(([one]) => placeholderOf(one) === name)?.[1];
        const id = task
          ? functions[task.profile]
          : ofType('AWS::StepFunctions::StateMachine').find(
              ([, { Properties }]) =>
                Properties.StateMachineName ===
                `thidua-test-${workflows.find((one) => placeholderOf(one) === name)}`,
            )?.[0];
        expect(JSON.stringify(value), `${workflow} ${name}`).toContain(`"${id}"`);
      }
    }
  });
});

describe('the rights', () => {
  test('on the table are always bound to kinds of item, never to all of it', () => {
    const all = ofType('AWS::IAM::Policy').flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
    );
    const onTable = all.filter((statement) =>
      actionsOf(statement).some((action) =>
        /^dynamodb:((Put|Get|Update|Delete)Item|Query|Scan|Batch|\*)/.test(action),
      ),
    );
    expect(onTable.length).toBeGreaterThan(8);
    for (const { Condition } of onTable) {
      const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] as string[];
      expect(keys.every((key) => /^[a-z-]+#\*$/.test(key))).toBe(true);
      expect(Condition?.Null).toEqual({ 'dynamodb:LeadingKeys': 'false' });
    }
    expect(
      all
        .flatMap(actionsOf)
        .filter((action) => /Scan|Batch|\*$/.test(action) && action.startsWith('dynamodb:')),
    ).toEqual([]);
  });

  test('to change or delete a commit are nobody’s, and only who decides may put one', () => {
    const putters: string[] = [];
    for (const [id, { Properties }] of ofType('AWS::IAM::Policy')) {
      for (const statement of (Properties.PolicyDocument as { Statement: Statement[] }).Statement) {
        const keys = (statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ??
          []) as string[];
        if (!keys.includes('journal#*')) continue;
        expect(actionsOf(statement).filter((action) => /Update|Delete/.test(action))).toEqual([]);
        if (actionsOf(statement).includes('dynamodb:PutItem')) putters.push(id.replace(/ServiceRole.*/, ''));
      }
    }
    expect(putters.sort()).toEqual(['Reactions', 'Sweep', 'TasksWriter', 'Web']);
  });

  test.each([
    ['TasksReader', ['Get', 'Query']],
    ['TasksWriter', ['Get', 'Put', 'Query']],
    ['TasksGatekeeper', ['Delete', 'Get', 'Put', 'Query', 'Update']],
  ])('of %s are no more than %j', (name, expected) => {
    const verbs = rightsOf(name)
      .flatMap(actionsOf)
      .filter((action) => action.startsWith('dynamodb:'))
      .map((action) => action.replace(/^dynamodb:|Item$/g, ''));
    expect([...new Set(verbs)].sort()).toEqual(expected);
  });

  test('to start machines and to answer gates are those of machines that chain and of reactions', () => {
    const who = ofType('AWS::IAM::Policy')
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes('states:SendTaskSuccess'))
      .map(([id]) => id.replace(/ServiceRole.*/, ''));
    expect(who.sort()).toEqual(['Reactions', 'Sweep']);
  });
});

describe('the table', () => {
  test('has no index, a stream, point-in-time recovery and an expiry for what is not official', () => {
    const [[, { Properties }]] = ofType('AWS::DynamoDB::GlobalTable') as [[string, Resource]];
    expect(Properties.GlobalSecondaryIndexes).toBeUndefined();
    expect(Properties.StreamSpecification).toEqual({ StreamViewType: 'KEYS_ONLY' });
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(JSON.stringify(Properties.Replicas)).toContain('"PointInTimeRecoveryEnabled":true');
  });

  test('is kept when the production stage is taken down', () => {
    const stack = new ThiduaStack(new App(), 'thidua-prod', { stage: 'prod', contact: 'Ban', bundles });
    const prod = Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
    const table = Object.values(prod).find(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable');
    expect(table?.UpdateReplacePolicy).toBe('Retain');
    expect(JSON.stringify(table?.Properties)).toContain('"DeletionProtectionEnabled":true');
  });
});

describe('the bundles', () => {
  const environment = {
    TABLE: 't',
    MACHINE_ARN: 'arn:aws:states:ap-southeast-1:000000000000:stateMachine:thidua-test-*',
    PROFILE: 'writer',
    FILES_BUCKET: 'b',
    TOKEN_ISSUER: 'https://cognito-idp.ap-southeast-1.amazonaws.com/ap-southeast-1_x',
    CLIENT_ID: 'c',
    ORIGIN: 'https://thidua.example.vn',
    CONTACT: 'bench',
    TEXT_KEY: 'k',
    AWS_REGION: 'ap-southeast-1',
  };
  /** Runs a handler of a bundle in a process of its own, as Lambda would, and gives what it printed. */
  async function invoke(entry: Entry, code: string): Promise<string> {
    const program = `const m = await import(${JSON.stringify(join(bundles[entry], 'index.mjs'))}); ${code}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, ...environment },
    });
    return stdout.trim();
  }

  test('of the tasks runs the roster of this code under the errors that the machines match', async () => {
    const said = await invoke(
      'tasks',
      `await m.handler({ task: 'plan', stream: 'season-2023' }).catch((error) => console.log(error.name + ' ' + error.message));`,
    );
    expect(said).toMatch(/^Misfit .*plan is not a task of writer/);
  });

  test('of the web answers an HTTP API event, with the document generated for it', async () => {
    const event = (path: string) =>
      JSON.stringify({
        version: '2.0',
        routeKey: '$default',
        rawPath: path,
        rawQueryString: '',
        headers: { host: 'example.vn' },
        requestContext: { http: { method: 'GET', path, sourceIp: '127.0.0.1' }, domainName: 'example.vn' },
        isBase64Encoded: false,
      });
    const said = await invoke(
      'web',
      `console.log((await m.handler(${event('/healthz')}, {})).body); console.log((await m.handler(${event('/api/openapi.json')}, {})).body.slice(0, 18));`,
    );
    // The document is asked for by nobody signed in; it needs no table.
    expect(said.split('\n')).toEqual(['{"ok":true}', '{"openapi":"3.1.0"']);
  });
});
