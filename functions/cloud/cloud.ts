/**
 * The world in AWS: the same record of effects that the laptop builds from its folders, here from the SDK and from
 * what the stack puts into a function's environment.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Deps, type Log, ofProcess } from '../deps.ts';
import { openJournal } from '../journal/journal.ts';

/** One line of JSON per entry, as CloudWatch reads it. */
const log: Log = (level, message, fields) => {
  console[level](JSON.stringify({ level, message, ...fields }));
};

/** The effects of a deployed function. */
export function cloudDeps(): Deps {
  const { environment, wallNow, newId, random } = ofProcess;
  const db = new DynamoDBClient({});
  const table = environment('TABLE');
  return {
    now: wallNow,
    wallNow,
    newId,
    random,
    db,
    table,
    // A restored table has another name, so the name identifies it for as long as a function lives.
    journal: openJournal({ db, table, tableId: table }),
    // Many functions serve one stream at once; the conditional put decides between them.
    exclusive: (_stream, work) => work(),
    sfn: new SFNClient({}),
    // Only the web application binds texts, so only it is given the key.
    get textKey() {
      return environment('TEXT_KEY');
    },
    machineArn: (workflow) => environment('MACHINE_ARN').replace('*', workflow),
    log,
  };
}
