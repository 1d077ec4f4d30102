/** Attachments for whoever is signed in: downloaded, never shown in place. */
import { Hono } from 'hono';
import type { WebDeps } from '../../deps.ts';
import { refusedPage } from '../pages-of-refusal.tsx';
import type { PageEnv } from '../visit.ts';

export function filePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/:sha256{[0-9a-f]{64}}', async (c) => {
    if (!c.get('visit').acting) return refusedPage(c, 'not-allowed');
    const file = await deps.files.get(c.req.param('sha256'));
    if (!file) return refusedPage(c, 'not-found');
    return c.body(file.bytes as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': file.contentType,
      'Content-Disposition': 'attachment',
      'X-Content-Type-Options': 'nosniff',
    });
  });
  return pages;
}
