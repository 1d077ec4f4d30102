/**
 * The pages of the laptop's identity provider: choosing who to be, signing out, and what went wrong.
 *
 * Plain HTML in Vietnamese without any script; the one style sheet is allowed by its hash, so a strict policy holds.
 */
import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { Persona } from './identity.ts';

const css = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 46rem; color: #1d1d1f; background: #fff;
  font: 1rem/1.55 "Be Vietnam Pro", system-ui, sans-serif; }
h1 { margin: 1rem 0; font-size: 1.6rem; line-height: 1.46; }
:focus-visible { outline: 3px solid #1a56b0; outline-offset: 2px; }
.notice { margin: 0; padding: .75rem 1rem; border-left: .4rem solid #c79a2b; background: #fdf6e3; }
.error { padding: .75rem 1rem; border-left: .4rem solid #9a1b1e; background: #fbeeee; }
label { display: block; font-weight: 600; }
input { width: 100%; padding: .6rem .75rem; border: 1px solid #6b6b70; border-radius: .25rem; font: inherit; }
search form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
search div { flex: 1 1 16rem; }
ul { margin: 1rem 0; padding: 0; list-style: none; }
li { margin: 0 0 .5rem; }
button { min-height: 2.75rem; padding: .6rem 1rem; border: 1px solid #6b6b70; border-radius: .25rem; color: inherit;
  background: #fff; font: inherit; cursor: pointer; }
button:hover { background: #f3f3f5; }
li button { display: block; width: 100%; text-align: left; }
li strong { display: block; }
li span { color: #515156; }
.main { border-color: #9a1b1e; color: #fff; background: #9a1b1e; }
.main:hover { background: #7c1417; }
`;

/** The content security policy of every answer; the provider adds the hash of the one script it may need itself. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  'script-src',
  `style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Everybody one may be here, all of them or those whose text has every word of `query`, marks and case aside. */
export function choosePage({
  personas,
  query,
  gone = false,
}: {
  personas: readonly Persona[];
  query: string;
  /** Whether the one just chosen is no longer there. */
  gone?: boolean;
}): string {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const found = personas.filter(({ id, name, description }) => {
    const text = plain(`${name} ${description} ${id}`);
    return words.every((word) => text.includes(word));
  });
  return render(
    'Chọn vai để đăng nhập',
    <>
      {gone && (
        <p class="error" role="alert">
          Vai vừa chọn không còn nữa. Hãy chọn vai khác.
        </p>
      )}
      <search>
        <form method="get">
          <div>
            <label for="q">Tìm vai theo đơn vị hoặc chức danh</label>
            <input id="q" name="q" type="search" value={query} autocomplete="off" />
          </div>
          <button type="submit">Tìm</button>
        </form>
      </search>
      <p role="status">
        {words.length === 0
          ? `Có ${personas.length} vai.`
          : `Tìm thấy ${found.length} trong ${personas.length} vai có “${query}”.`}{' '}
        {words.length > 0 && <a href="?">Hiện tất cả</a>}
      </p>
      <form method="post">
        <ul>
          {found.map(({ id, name, description }) => (
            <li>
              <button type="submit" name="persona" value={id}>
                <strong>{name}</strong>
                <span>{description}</span>
              </button>
            </li>
          ))}
        </ul>
        <button type="submit" name="cancel" value="yes">
          Không đăng nhập nữa
        </button>
      </form>
    </>,
  );
}

/** Asks before signing out; `form` is the provider's own, which the buttons belong to by its id. */
export function signOutPage(form: string): string {
  return render(
    'Đăng xuất?',
    <>
      {raw(form)}
      <p>
        <button class="main" type="submit" form="op.logoutForm" name="logout" value="yes">
          Đăng xuất
        </button>{' '}
        <button type="submit" form="op.logoutForm">
          Ở lại
        </button>
      </p>
    </>,
  );
}

/** After signing out where the product named no page to return to. */
export function signedOutPage(): string {
  return render('Đã đăng xuất', home);
}

/** The sign-in was opened too long ago, or in another window since. */
export function expiredPage(): string {
  return render(
    'Lượt đăng nhập này không còn dùng được',
    <>
      <p>Lượt đăng nhập đã quá một giờ hoặc đã xong ở cửa sổ khác. Hãy về trang chủ và đăng nhập lại.</p>
      {home}
    </>,
  );
}

/** What the provider refuses, with the code of OAuth for whoever has to look into it. */
export function refusedPage(code: string, description: string): string {
  return render(
    'Không đăng nhập được',
    <>
      <p>Yêu cầu đăng nhập không hợp lệ hoặc hệ thống gặp lỗi. Hãy về trang chủ và thử lại.</p>
      <p>
        Mã lỗi: <code>{code}</code>
        {description && (
          <>
            {' '}
            (<span lang="en">{description}</span>)
          </>
        )}
      </p>
      {home}
    </>,
  );
}

const home = (
  <p>
    <a href="/">Về trang chủ</a>
  </p>
);

function render(title: string, children: Child): string {
  const page = (
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Máy trình diễn`}</title>
        <style>{raw(css)}</style>
      </head>
      <body>
        <p class="notice">
          <strong>Chỉ có trên máy trình diễn.</strong> Ở hệ thống thật, mỗi người đăng nhập bằng tài khoản của
          cơ quan mình.
        </p>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
  return `<!DOCTYPE html>${page}`;
}

/** Vietnamese as people type it in a hurry: without marks, without case. */
function plain(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
}
