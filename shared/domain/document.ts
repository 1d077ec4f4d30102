/** What is attached to the record: stored files by their hash, documents by number and date, and bound texts. */
import * as z from 'zod';

/** Kinds of attachment taken: what offices send each other, nothing that runs. */
export const fileTypes = [
  'application/pdf',
  'image/png',
  'image/jpeg',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

/** The largest attachment, in bytes. */
export const largestFile = 10 * 1024 * 1024;

/** A stored attachment: its bytes are found under the hash, which proves them. */
export const FileRef = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(200),
  type: z.enum(fileTypes),
  size: z.number().int().positive().max(largestFile),
});
export type FileRef = z.infer<typeof FileRef>;

/** A paper (văn bản): title, number, date, and the file or a link where there is one. */
export const Document = z.object({
  title: z.string().min(1).max(300),
  number: z.string().max(100).optional(),
  date: z.iso.date().optional(),
  file: FileRef.optional(),
  link: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
});
export type Document = z.infer<typeof Document>;

/**
 * A text that may have to be erased (a comment, a ground): stored outside the journal, which knows its salted hash.
 * Whoever sends a command writes `{"text": "…"}` in its place; it is stored and bound before the command is decided.
 */
export const BoundText = z.object({ ref: z.string().regex(/^[0-9a-f]{64}$/) });
export type BoundText = z.infer<typeof BoundText>;
