/** Reactions as Lambdas: one follows the table's stream, one sweeps every hour for what was lost. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { cloudDeps } from '../cloud/cloud.ts';
import { followRecords } from './follow.ts';
import { sweep as sweepAll } from './sweep.ts';

const deps = cloudDeps();

export const follow = (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  followRecords(deps, event);

export const sweep = (): Promise<readonly string[]> => sweepAll(deps);
