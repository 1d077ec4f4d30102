/** Attachments in S3, each under the SHA-256 of its bytes, which S3 checks when it stores them. */
import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Files } from '../deps.ts';

/** The attachments of a bucket. */
export function bucketFiles(bucket: string, s3 = new S3Client({})): Files {
  return {
    async put(bytes, contentType) {
      const digest = createHash('sha256').update(bytes).digest();
      const sha256 = digest.toString('hex');
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: sha256,
          Body: bytes,
          ContentType: contentType,
          ChecksumSHA256: digest.toString('base64'),
        }),
      );
      return { sha256, size: bytes.byteLength };
    },
    async sizeOf(sha256) {
      try {
        return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: sha256 }))).ContentLength;
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
    async get(sha256) {
      try {
        const { Body, ContentType } = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: sha256, ChecksumMode: 'ENABLED' }),
        );
        if (!Body) return undefined;
        return {
          bytes: await Body.transformToByteArray(),
          contentType: ContentType ?? 'application/octet-stream',
        };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
