/**
 * The whole platform in one stack: the table, the six machines, the functions that they invoke, the reactions that
 * follow the table, and the web application. Everything is looped over the rosters of the code; a new phase or task
 * changes nothing here.
 */
import {
  ArnFormat,
  aws_apigatewayv2 as apigateway,
  CfnOutput,
  aws_cognito as cognito,
  Duration,
  aws_dynamodb as dynamodb,
  aws_events as events,
  aws_iam as iam,
  aws_apigatewayv2_integrations as integrations,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Stack,
  type StackProps,
  aws_s3 as s3,
  aws_secretsmanager as secrets,
  aws_stepfunctions as sfn,
  aws_lambda_event_sources as sources,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { tableForm } from '../functions/journal/keys.ts';
import { accessProfiles, type TaskName, tasks } from '../functions/tasks/index.ts';
import type { AccessProfile } from '../functions/tasks/task.ts';
import {
  definitions,
  placeholderOf,
  placeholdersOf,
  type Workflow,
  workflows,
} from '../shared/workflow/workflow.ts';
import type { Entry } from './bundle.ts';

/** What a function may do with which kinds of item; the kind is the first part of the partition key. */
type TableAccess = {
  /** Kinds that are read. */
  readonly reads: readonly string[];
  /** Kinds that are put; a conditional put is a put to IAM. */
  readonly puts?: readonly string[];
  /** Kinds that are put, changed and deleted: never the journal. */
  readonly changes?: readonly string[];
};

/** Hands of the tasks' functions, by access profile. */
const profileAccess: Readonly<Record<AccessProfile, TableAccess>> = {
  reader: { reads: ['journal'] },
  writer: { reads: ['journal'], puts: ['journal'] },
  gatekeeper: { reads: ['journal'], changes: ['gate'] },
};

const reactionAccess: TableAccess = {
  reads: ['journal', 'reacted', 'view'],
  puts: ['journal'],
  changes: ['view', 'gate', 'reacted', 'evidence'],
};

const webAccess: TableAccess = {
  reads: ['journal', 'view', 'directory', 'text', 'evidence'],
  puts: ['journal', 'text'],
  changes: ['draft', 'session', 'sign-in', 'held', 'rate'],
};

export type ThiduaStackProps = StackProps & {
  /** How the Board is reached; stands on every page. */
  contact: string;
  readonly stage: string;
  /** Folder of each bundled entry. */
  readonly bundles: Readonly<Record<Entry, string>>;
};

export class ThiduaStack extends Stack {
  private readonly table: dynamodb.TableV2;
  private readonly stage: string;
  private readonly bundles: Readonly<Record<Entry, string>>;

  constructor(scope: Construct, id: string, { stage, bundles, contact, ...props }: ThiduaStackProps) {
    super(scope, id, props);
    this.stage = stage;
    this.bundles = bundles;
    const kept = stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: { name: tableForm.partition, type: dynamodb.AttributeType.STRING },
      sortKey: { name: tableForm.sort, type: dynamodb.AttributeType.STRING },
      billing: dynamodb.Billing.onDemand(),
      timeToLiveAttribute: tableForm.expiry,
      dynamoStream: dynamodb.StreamViewType.KEYS_ONLY,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage === 'prod',
      removalPolicy: kept,
    });
    const files = new s3.Bucket(this, 'Files', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy: kept,
    });

    const taskFunctions = Object.fromEntries(
      accessProfiles.map((profile) => [profile, this.taskFunction(profile)]),
    ) as Record<AccessProfile, lambda.Function>;
    const machines = this.machines(taskFunctions);
    this.reactions(machines);
    this.web(files, contact);
  }

  /** The tasks of one access profile as a function. */
  private taskFunction(profile: AccessProfile): lambda.Function {
    return this.function(`Tasks${placeholderOf(profile)}`, 'tasks', 'index.handler', profileAccess[profile], {
      environment: { PROFILE: profile },
      timeout: Duration.seconds(60),
    });
  }

  private function(
    id: string,
    entry: Entry,
    handler: string,
    access: TableAccess,
    props: { environment?: Record<string, string>; timeout: Duration; memorySize?: number },
  ): lambda.Function {
    const made = new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler,
      code: lambda.Code.fromAsset(this.bundles[entry]),
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      environment: {
        TABLE: this.table.tableName,
        MACHINE_ARN: this.formatArn({
          service: 'states',
          resource: 'stateMachine',
          resourceName: this.machineName('*'),
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
        NODE_OPTIONS: '--enable-source-maps',
        ...props.environment,
      },
      tracing: lambda.Tracing.ACTIVE,
      logGroup: new logs.LogGroup(this, `${id}Log`, {
        retention: logs.RetentionDays.ONE_YEAR,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    this.grantTable(made, access);
    return made;
  }

  /** Grants by the kind of item: no index, no scan, and nobody changes or deletes a commit. */
  private grantTable(to: lambda.Function, { reads, puts = [], changes = [] }: TableAccess): void {
    const grant = (actions: readonly string[], kinds: readonly string[]) => {
      if (kinds.length === 0) return;
      to.addToRolePolicy(
        new iam.PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [this.table.tableArn],
          conditions: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `${kind}#*`) },
            // Without it a request that names no key at all would pass.
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        }),
      );
    };
    grant(['GetItem', 'Query'], [...reads, ...changes]);
    grant(['PutItem'], puts);
    grant(['PutItem', 'UpdateItem', 'DeleteItem'], changes);
  }

  private machineName(workflow: string): string {
    return `${this.stackName}-${workflow}`;
  }

  /** The six machines, callee first, each with the definition that the laptop runs too. */
  private machines(functions: Readonly<Record<AccessProfile, lambda.Function>>): readonly sfn.StateMachine[] {
    const made: Partial<Record<Workflow, sfn.StateMachine>> = {};
    for (const workflow of workflows.toReversed()) {
      const definition = definitions[workflow];
      const invoked = new Set<AccessProfile>();
      const started = new Set<Workflow>();
      const substitutions: Record<string, string> = {};
      for (const placeholder of placeholdersOf(definition)) {
        const task = (Object.keys(tasks) as TaskName[]).find((name) => placeholderOf(name) === placeholder);
        const next = workflows.find((name) => placeholderOf(name) === placeholder);
        if (task) {
          const { profile } = tasks[task];
          invoked.add(profile);
          substitutions[placeholder] = functions[profile].functionArn;
        } else if (next && made[next]) {
          started.add(next);
          substitutions[placeholder] = made[next].stateMachineArn;
        } else throw new Error(`${workflow} has a placeholder of nothing: ${placeholder}`);
      }
      const machine = new sfn.StateMachine(this, placeholderOf(workflow), {
        stateMachineName: this.machineName(workflow),
        stateMachineType: sfn.StateMachineType.STANDARD,
        definitionBody: sfn.DefinitionBody.fromString(JSON.stringify(definition)),
        definitionSubstitutions: substitutions,
        tracingEnabled: true,
        logs: {
          destination: new logs.LogGroup(this, `${placeholderOf(workflow)}Log`, {
            logGroupName: `/aws/vendedlogs/states/${this.machineName(workflow)}`,
            retention: logs.RetentionDays.ONE_YEAR,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
          level: sfn.LogLevel.ERROR,
          includeExecutionData: false,
        },
      });
      for (const profile of invoked) functions[profile].grantInvoke(machine);
      for (const next of started) made[next]?.grantStartExecution(machine);
      made[workflow] = machine;
    }
    return Object.values(made);
  }

  /** What follows from commits: after each, and swept every hour for what was lost. */
  private reactions(machines: readonly sfn.StateMachine[]): void {
    const undelivered = new s3.Bucket(this, 'Undelivered', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(365) }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const follow = this.function('Reactions', 'reactions', 'index.follow', reactionAccess, {
      timeout: Duration.seconds(120),
    });
    follow.addEventSource(
      // The CDK's own types are not exact about optional properties.
      new sources.DynamoEventSource(this.table as dynamodb.ITable, {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 25,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 20,
        onFailure: new sources.S3OnFailureDestination(undelivered as s3.IBucket),
        filters: [
          lambda.FilterCriteria.filter({
            dynamodb: { Keys: { pk: { S: lambda.FilterRule.beginsWith('journal#') } } },
          }),
        ],
      }),
    );
    const sweep = this.function('Sweep', 'reactions', 'index.sweep', reactionAccess, {
      timeout: Duration.minutes(5),
    });
    new events.Rule(this, 'Hourly', {
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(sweep)],
    });
    for (const reacting of [follow, sweep])
      for (const machine of machines) {
        machine.grantStartExecution(reacting);
        machine.grantTaskResponse(reacting);
      }
  }

  /** The web application, who may sign in to it, and its attachments. */
  private web(files: s3.Bucket, contact: string): void {
    const users = new cognito.UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: cognito.Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: { minLength: 12 },
      removalPolicy: this.stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const client = users.addClient('Web', {
      oAuth: { flows: { authorizationCodeGrant: true }, scopes: [cognito.OAuthScope.OPENID] },
      preventUserExistenceErrors: true,
    });
    // Resolved when the stack is deployed; the template holds a reference.
    const textKey = new secrets.Secret(this, 'TextKey', {
      description: 'Key of the salts by which erasable texts are bound to the journal',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    const web = this.function('Web', 'web', 'index.handler', webAccess, {
      environment: {
        FILES_BUCKET: files.bucketName,
        TOKEN_ISSUER: users.userPoolProviderUrl,
        CLIENT_ID: client.userPoolClientId,
        TEXT_KEY: textKey.secretValue.unsafeUnwrap(),
      },
      timeout: Duration.seconds(29),
      memorySize: 1024,
    });
    files.grantRead(web);
    files.grantPut(web);
    const api = new apigateway.HttpApi(this, 'Http', {
      defaultIntegration: new integrations.HttpLambdaIntegration('WebIntegration', web),
    });
    web.addEnvironment('ORIGIN', api.apiEndpoint);
    web.addEnvironment('CONTACT', contact);
    new CfnOutput(this, 'Address', { value: api.apiEndpoint });
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
  }
}
