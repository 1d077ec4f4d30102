/**
 * The API's document (OpenAPI 3.1), generated from the rosters of commands and reads. Only hosts and builds import
 * this file: what it costs is paid once, not at every cold start.
 */
import * as z from 'zod';
import { BoundText, fileTypes } from '../../../shared/domain/document.ts';
import { allCommands } from '../../../shared/domain/streams.ts';
import { refusals } from '../../../shared/result.ts';
import { draftForms } from '../../journal/drafts.ts';
import { commandPaths, DraftChange, DraftStatusChange, slugOf, streamParams } from './api.ts';
import { problemCodes } from './problem.ts';
import { reads } from './reads.ts';

type Json = Record<string, unknown>;

function schemaOf(form: z.ZodType): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(form, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if ((zodSchema as unknown) !== BoundText) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      Object.assign(jsonSchema, {
        type: 'object',
        required: ['text'],
        properties: { text: { type: 'string', minLength: 1, maxLength: 4000 } },
        description: 'Recorded as {"ref": salted hash}; the text itself stays erasable, outside the record.',
      });
    },
  }) as Json;
  return schema;
}

function openPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function parametersOf(params: z.ZodObject, where: 'path' | 'query'): Json[] {
  return Object.entries(params.shape).map(([name, form]) => ({
    name,
    in: where,
    required: where === 'path' || !(form as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(form as z.ZodType),
  }));
}

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function no(status: number): Json {
  const codes = Object.entries(refusals).flatMap(([code, [of]]) => (of === status ? [code] : []));
  return { description: codes.length > 0 ? codes.join(', ') : 'problem', content: problem };
}

function responses(statuses: readonly number[]): Json {
  return Object.fromEntries(statuses.map((status) => [String(status), no(status)]));
}

const idempotencyKey = { $ref: '#/components/parameters/IdempotencyKey' };

/** The document as JSON text. */
export function openApiDocument(version: string): string {
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, operation: Json) => {
    paths[openPath(path)] = { ...paths[openPath(path)], [method]: operation };
  };

  for (const { kind, name, command } of allCommands()) {
    add(`/api${commandPaths[kind]}/${slugOf(name)}`, 'post', {
      operationId: name,
      tags: [kind],
      summary: command.vi,
      description: command.en,
      security: [{ bearer: [] }],
      parameters: [idempotencyKey, ...parametersOf(streamParams[kind], 'path')],
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(command.payload) } } },
      responses: {
        '200': {
          description: 'What was recorded; the same for every repetition of the command id.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Reply' } } },
        },
        ...responses([400, 401, 403, 404, 409, 413, 415, 422, 500, 503]),
      },
    });
  }

  for (const { path, vi, en, access, params, query } of reads) {
    add(`/api${path}`, 'get', {
      operationId: `read${path.replace(/[^A-Za-z]+(\w)/g, (_all, letter: string) => letter.toUpperCase())}`,
      tags: ['reads'],
      summary: vi,
      description: `${en}. Read by: ${access}.`,
      security: [{ bearer: [] }, {}],
      parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
      responses: {
        '200': { description: en, content: { 'application/json': { schema: { type: 'object' } } } },
        ...responses([401, 403, 404, 422, 500]),
      },
    });
  }

  const draft = '/api/seasons/:season/blocs/:bloc/drafts/:unit/:form/:field';
  const text = { type: 'string' };
  add(draft, 'put', {
    operationId: 'saveDraft',
    tags: ['drafts'],
    summary: 'Lưu nháp một ô',
    description:
      'Save one field of a draft over the version last seen (0 when empty); a newer one is answered as a difference.',
    security: [{ bearer: [] }],
    parameters: ['season', 'bloc', 'unit', 'form', 'field'].map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: name === 'form' ? { enum: draftForms } : text,
    })),
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(DraftChange) } } },
    responses: {
      '200': {
        description: 'The field as saved.',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      ...responses([400, 401, 403, 404, 409, 413, 415, 422, 500]),
    },
  });
  add('/api/seasons/:season/blocs/:bloc/drafts/:unit/:form/status', 'post', {
    operationId: 'markDraft',
    tags: ['drafts'],
    summary: 'Trình hoặc trả lại bản nháp',
    description:
      'Say that a draft is ready for the leader, or send it back with a reason; the last word stands, nothing official changes.',
    security: [{ bearer: [] }],
    parameters: [
      idempotencyKey,
      ...['season', 'bloc', 'unit', 'form'].map((name) => ({
        name,
        in: 'path',
        required: true,
        schema: name === 'form' ? { enum: draftForms } : text,
      })),
    ],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: schemaOf(DraftStatusChange) } },
    },
    responses: {
      '200': {
        description: 'The status as noted.',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      ...responses([400, 401, 403, 404, 409, 413, 415, 422, 500]),
    },
  });
  add('/api/files', 'post', {
    operationId: 'storeFile',
    tags: ['files'],
    summary: 'Gửi tệp minh chứng',
    description: 'Store an attachment under its SHA-256; at most 10 MB.',
    security: [{ bearer: [] }],
    parameters: [idempotencyKey],
    requestBody: {
      required: true,
      content: Object.fromEntries(
        fileTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
      ),
    },
    responses: {
      '200': {
        description: 'Hash, size and type.',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      ...responses([400, 401, 403, 413, 415, 422, 500]),
    },
  });
  add('/api/files/:sha256', 'get', {
    operationId: 'readFile',
    tags: ['files'],
    summary: 'Tải tệp minh chứng',
    description: 'An attachment by its hash.',
    security: [{ bearer: [] }],
    parameters: [
      { name: 'sha256', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
    ],
    responses: {
      '200': { description: 'The bytes.', content: { 'application/octet-stream': {} } },
      ...responses([401, 403, 404, 500]),
    },
  });
  add('/api/seasons/:season/bundle', 'get', {
    operationId: 'exportBundle',
    tags: ['reads'],
    summary: 'Xuất hồ sơ của mùa thi đua',
    description:
      'The bundle of a season as NDJSON; refused while a round is open. Read by: the Board, the auditor.',
    security: [{ bearer: [] }],
    parameters: parametersOf(streamParams.season, 'path'),
    responses: {
      '200': { description: 'The bundle.', content: { 'application/x-ndjson': {} } },
      ...responses([401, 403, 404, 409, 500]),
    },
  });

  const open = (path: string, operationId: string, vi: string, en: string) =>
    add(path, 'get', {
      operationId,
      tags: ['service'],
      summary: vi,
      description: en,
      security: [],
      responses: {
        '200': { description: en, content: { 'application/json': { schema: { type: 'object' } } } },
      },
    });
  open('/api/openapi.json', 'readOpenApi', 'Tài liệu của giao diện lập trình', 'This document.');
  open('/healthz', 'readHealth', 'Tình trạng hoạt động', 'Whether the service answers.');

  return JSON.stringify({
    openapi: '3.1.0',
    info: {
      title: 'thidua',
      version,
      description:
        'Nền tảng thi đua khối, cụm. Every POST carries its command id; points are whole hundredths; instants are ISO 8601 with offset.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description: 'The id of the command: the same command sent again carries the same id.',
          schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
        },
      },
      schemas: {
        Reply: {
          type: 'object',
          required: ['stream', 'seq', 'sha256', 'at', 'events'],
          properties: {
            stream: { type: 'string' },
            seq: { type: 'integer' },
            sha256: { type: 'string' },
            at: { type: ['string', 'null'], format: 'date-time' },
            events: { type: 'array', items: { type: 'object' } },
          },
        },
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code', 'vi', 'en'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string' },
            instance: { type: 'string' },
            code: { enum: problemCodes },
            vi: { type: 'string' },
            en: { type: 'string' },
            details: { type: 'object' },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                properties: { path: { type: 'string' }, message: { type: 'string' } },
              },
            },
          },
        },
      },
    },
  });
}
