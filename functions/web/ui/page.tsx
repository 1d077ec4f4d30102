/** The frame of every page: masthead, main, foot. */
import type { Child } from 'hono/jsx';
import { clockTime, shortDate, vietnamTime } from '../../../shared/domain/calendar.ts';
import { stylesheet } from './styles.ts';

const mark = (
  <svg viewBox="0 0 38 38" aria-hidden="true">
    <rect width="18" height="18" x="0" y="20" fill="#9a1b1e" />
    <rect width="18" height="18" x="20" y="20" fill="#9a1b1e" />
    <rect width="18" height="18" x="0" y="0" fill="#9a1b1e" />
    <rect width="18" height="18" x="20" y="0" fill="#c79a2b" />
  </svg>
);

/** A page in Vietnamese; `now` is the legal clock, always shown. */
export function Page({ title, now, children }: { title: string; now: Date; children: Child }) {
  return (
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Thi đua khối, cụm`}</title>
        <link rel="stylesheet" href={`/assets/${stylesheet}`} />
      </head>
      <body>
        <a class="td-skip" href="#noi-dung">
          Đến nội dung chính
        </a>
        <header class="td-mast">
          <div class="container-xxl td-mast-top">
            <a class="td-brand" href="/">
              {mark}
              <span>
                <small>Ủy ban nhân dân tỉnh</small>
                <strong>Thi đua khối, cụm</strong>
              </span>
            </a>
            <div class="td-who td-num">
              Giờ máy chủ {clockTime(now)}, {vietnamTime(now).weekday}, {shortDate(now)} (giờ Việt Nam)
            </div>
          </div>
        </header>
        <main id="noi-dung" class="container-xxl" tabindex={-1}>
          {children}
        </main>
        <footer class="td-foot">
          <div class="container-xxl">
            Cơ quan thường trực: Ban Thi đua - Khen thưởng tỉnh. Dữ liệu của hệ thống:{' '}
            <a href="/api/openapi.json">giao diện lập trình (OpenAPI)</a>.
          </div>
        </footer>
      </body>
    </html>
  );
}
