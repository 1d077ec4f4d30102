/** The API of Step Functions as the SDK speaks it (AWS JSON 1.0), answered in this process without a socket. */
import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/protocol-http';
import type { HttpRequest } from '@smithy/types';

/** An error of the API, under the name by which the SDK throws it. */
export class ApiError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type CallInput = { readonly reverseOrder?: boolean; readonly maxResults?: number } & {
  readonly [name in
    | 'stateMachineArn'
    | 'executionArn'
    | 'name'
    | 'input'
    | 'taskToken'
    | 'output'
    | 'error'
    | 'cause'
    | 'statusFilter'
    | 'nextToken']?: string;
};

/** The calls that are answered. */
export type ApiCalls = Readonly<Record<string, (input: CallInput) => Promise<object>>>;

/** What the SDK takes as its `requestHandler`. */
export type ApiHandler = {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: HttpRequest): Promise<{ response: HttpResponse }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
  destroy(): void;
};

/** Makes a request handler of the calls; `counted` is told when one begins and ends. */
export function handlerOf(calls: ApiCalls, counted: { began(): void; ended(): void }): ApiHandler {
  const reply = (statusCode: number, body: object) => ({
    response: new HttpResponse({
      statusCode,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: Readable.from([Buffer.from(JSON.stringify(body))]),
    }),
  });
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request) {
      counted.began();
      try {
        const call = calls[(request.headers['x-amz-target'] ?? '').split('.')[1] ?? ''];
        if (!call) throw new ApiError('UnknownOperationException', 'not answered on the laptop');
        return reply(200, await call(JSON.parse(await textOf(request.body))));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return reply(400, {
          __type: `com.amazonaws.swf.service.v2.model#${error.name}`,
          message: error.message,
        });
      } finally {
        counted.ended();
      }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  };
}

async function textOf(body: unknown): Promise<string> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  return body === undefined ? '{}' : String(body);
}
