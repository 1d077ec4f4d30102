/**
 * How a command can end: with events, or with a lawful no that names its reason.
 *
 * A Refusal is a sentence for a person, never an exception: deciders return it, the API answers it as problem
 * details (RFC 9457), tasks turn it into an outcome. What the caller typed wrongly is a Misfit and never reaches
 * a decider; what broke is a Fault and is thrown.
 */

/** Every lawful no of the product, with its HTTP status and the sentence shown where nothing more exact is known. */
export const refusals = {
  'not-signed-in': [401, 'Cần đăng nhập để thực hiện việc này.', 'Sign in to do this.'],
  'not-allowed': [403, 'Vai đang giữ không được làm việc này.', 'The role held does not allow this.'],
  'still-secret': [
    403,
    'Nội dung này được giữ kín đến khi đợt chấm đóng.',
    'This is kept secret until the round closes.',
  ],
  'not-found': [404, 'Không có nội dung này.', 'There is no such thing.'],
  'not-yet-open': [409, 'Chưa đến thời gian thực hiện.', 'It is not open yet.'],
  'after-deadline': [409, 'Đã hết hạn.', 'The deadline has passed.'],
  'wrong-phase': [
    409,
    'Bước này không thuộc giai đoạn hiện nay.',
    'This step does not belong to the present phase.',
  ],
  'already-done': [409, 'Việc này đã được thực hiện.', 'This has already been done.'],
  'not-ready': [409, 'Chưa đủ điều kiện để thực hiện.', 'Something is still missing.'],
  'not-launched': [409, 'Mùa thi đua chưa được phát động.', 'The season has not been launched.'],
  'not-a-member': [409, 'Đơn vị không thuộc khối, cụm này.', 'The unit is not a member of this bloc.'],
  'not-the-frozen-text': [
    409,
    'Nội dung giao ước đã thay đổi so với bản đang ký. Đọc lại bản mới trước khi ký.',
    'The pledge is no longer the text being signed. Read the new one first.',
  ],
  'reason-missing': [409, 'Cần ghi rõ lý do.', 'A reason has to be given.'],
  'evidence-missing': [409, 'Cần kèm minh chứng.', 'Evidence has to be named.'],
  'comment-missing': [409, 'Một số điểm cần có nhận xét kèm theo.', 'Some marks need a comment.'],
  'objections-open': [
    409,
    'Còn kiến nghị về điểm chưa trả lời hoặc còn trong thời hạn kiến nghị.',
    'Objections are open, or may still be filed.',
  ],
  'own-unit': [409, 'Đơn vị không chấm điểm cho chính mình.', 'A unit does not score itself.'],
  'sheet-incomplete': [409, 'Phiếu còn tiêu chí chưa có điểm.', 'The sheet has criteria without a mark.'],
  'out-of-range': [409, 'Điểm nằm ngoài khung của tiêu chí.', 'A mark lies outside its criterion.'],
  'not-yours-to-mark': [
    409,
    'Tiêu chí này không do đơn vị chấm.',
    'This criterion is not marked by this unit.',
  ],
  'no-quorum': [409, 'Không đủ số thành viên dự họp theo quy định.', 'Too few members attend.'],
  'over-quota': [409, 'Vượt số lượng được đề nghị.', 'More are nominated than the quota allows.'],
  'not-eligible': [409, 'Đơn vị không đủ điều kiện xét.', 'The unit is not eligible.'],
  'not-on-the-roll': [409, 'Người này không có trong danh sách được chốt.', 'Not on the frozen roll.'],
  'too-many-open-seasons': [
    409,
    'Chỉ được mở hai mùa thi đua cùng lúc.',
    'Only two seasons may be open at a time.',
  ],
  'preflight-failed': [409, 'Kiểm tra trước khi phát động còn lỗi.', 'The pre-flight found faults.'],
  'does-not-follow': [409, 'Nội dung không khớp với hồ sơ đã có.', 'This contradicts what is on record.'],
  'changed-meanwhile': [
    409,
    'Nội dung này vừa được người khác sửa. So sánh hai bản rồi chọn bản giữ lại.',
    'Somebody else has changed this meanwhile. Compare and choose.',
  ],
  'too-large': [413, 'Nội dung quá lớn, chưa được ghi.', 'Too large; nothing was written.'],
  'open-round': [
    409,
    'Không xuất hồ sơ khi còn đợt chấm đang mở.',
    'No export while a scoring round is open.',
  ],
  'open-vote': [
    409,
    'Không xuất hồ sơ khi phiên họp Hội đồng còn phiếu biểu quyết chưa kiểm.',
    'No export while votes of a Council session are not counted.',
  ],
  'idempotency-mismatch': [
    409,
    'Mã lệnh này đã dùng cho một nội dung hoặc một người khác.',
    'This command id was used with another payload or by another account.',
  ],
  busy: [
    503,
    'Hồ sơ đang có nhiều người ghi. Gửi lại với cùng mã lệnh.',
    'Many are writing. Send the same command id again.',
  ],
} as const satisfies Record<string, readonly [status: number, vi: string, en: string]>;

/** The closed list of refusal codes; part of the API's contract. */
export type RefusalCode = keyof typeof refusals;

/** A lawful no. `details` carries what a page needs to say it well: values, names, instants. */
export type Refusal = {
  readonly code: RefusalCode;
  readonly vi: string;
  readonly en: string;
  readonly details?: Readonly<Record<string, unknown>>;
};

/** Either a value or a Refusal. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Wraps a value as success. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A Refusal of this code; without sentences of its own it says the general ones of the list. */
export function refuse(
  code: RefusalCode,
  say: { vi?: string; en?: string; details?: Record<string, unknown> } = {},
): { readonly ok: false; readonly refusal: Refusal } {
  const [, vi, en] = refusals[code];
  return {
    ok: false,
    refusal: { code, vi: say.vi ?? vi, en: say.en ?? en, ...(say.details ? { details: say.details } : {}) },
  };
}

/** The HTTP status that the API answers for this code. */
export function statusOf(code: RefusalCode): 401 | 403 | 404 | 409 | 413 | 503 {
  return refusals[code][0];
}
