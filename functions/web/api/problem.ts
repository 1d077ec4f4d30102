/** How the API says no: problem details (RFC 9457) with a closed list of codes, in Vietnamese and English. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Refusal, refusals, statusOf } from '../../../shared/result.ts';
import type { Misfit } from '../../execute.ts';

/** What goes wrong before anything is decided, with status and sentences. */
export const technical = {
  malformed: [400, 'Nội dung gửi không phải JSON hợp lệ.', 'The body is not valid JSON.'],
  'idempotency-key-missing': [
    400,
    'Thiếu mã lệnh (Idempotency-Key) từ 1 đến 200 ký tự.',
    'The header Idempotency-Key with the command id, 1 to 200 printable ASCII characters, is missing.',
  ],
  'bad-token': [
    401,
    'Phiên đăng nhập không hợp lệ hoặc đã hết hạn. Đăng nhập lại.',
    'The token is not valid now. Sign in again.',
  ],
  'no-such-path': [404, 'Không có địa chỉ này.', 'There is nothing at this address.'],
  'method-not-allowed': [
    405,
    'Địa chỉ này không nhận phương thức đó.',
    'This address does not take that method.',
  ],
  'unsupported-media-type': [415, 'Loại nội dung không được nhận.', 'This kind of content is not taken.'],
  misfit: [
    422,
    'Một số ô chưa đúng. Sửa các ô được nêu rồi gửi lại.',
    'Some fields do not fit. Mend those named and send again.',
  ],
  fault: [
    500,
    'Hệ thống gặp sự cố. Nội dung chưa được ghi; gửi lại với cùng mã lệnh.',
    'Something broke. Send the same command id again.',
  ],
} as const satisfies Record<string, readonly [status: number, vi: string, en: string]>;

/** Every code that a problem can carry. */
export const problemCodes: readonly string[] = [...Object.keys(refusals), ...Object.keys(technical)];

type Problem = {
  readonly code: string;
  readonly status: number;
  readonly vi: string;
  readonly en: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
};

function answer(c: Context, { code, status, vi, en, details, errors }: Problem): Response {
  const body = {
    type: `urn:thidua:problem:${code}`,
    title: vi,
    status,
    detail: vi,
    instance: `urn:thidua:request:${c.get('requestId')}`,
    code,
    vi,
    en,
    ...(details ? { details } : {}),
    ...(errors ? { errors } : {}),
  };
  c.header('Content-Type', 'application/problem+json; charset=utf-8');
  c.header('Content-Language', 'vi');
  if (status === 503) c.header('Retry-After', '1');
  if (status === 401) c.header('WWW-Authenticate', 'Bearer realm="thidua"');
  return c.body(JSON.stringify(body), status as ContentfulStatusCode);
}

export function refusalProblem(c: Context, refusal: Refusal): Response {
  return answer(c, { ...refusal, status: statusOf(refusal.code) });
}

export function misfitProblem(c: Context, misfit: Misfit): Response {
  const [status, vi, en] = technical.misfit;
  return answer(c, { code: 'misfit', status, vi, en, errors: misfit.issues });
}

export function technicalProblem(
  c: Context,
  code: keyof typeof technical,
  details?: Record<string, unknown>,
): Response {
  const [status, vi, en] = technical[code];
  return answer(c, { code, status, vi, en, ...(details ? { details } : {}) });
}
