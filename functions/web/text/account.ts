/** The account page. */
import { inBoth } from './say.ts';

export const accountText = inBoth({
  vi: {
    title: 'Tài khoản',
    lead: 'Đang làm việc cho đơn vị nào, với vai nào, và cách đổi.',
    who: 'Tài khoản (mã)',
    signedInAt: 'Đăng nhập lúc',
    roles: 'Các vai đang giữ',
    acting: 'Đang dùng',
    act: 'Dùng vai này',
    noRoles: 'Tài khoản chưa được giao vai nào',
    noRolesLead:
      'Ban Thi đua - Khen thưởng giao vai cho từng tài khoản. Liên hệ phòng đầu mối của Ban, đọc mã tài khoản ở trên.',
    unknown: 'chưa có trong danh bạ',
    signOutTitle: 'Đăng xuất',
    signOutHere: 'Đăng xuất ở trình duyệt này',
    signOutAll: 'Đăng xuất ở mọi nơi',
    signOutLead: 'Dùng “ở mọi nơi” khi đã đăng nhập trên máy chung hoặc máy bị mất.',
    stranger: 'Chưa đăng nhập',
    strangerLead: 'Đăng nhập bằng tài khoản công vụ để vào bàn làm việc của đơn vị.',
    language: 'Ngôn ngữ',
    failed: 'Chưa đăng nhập xong',
  },
  en: {
    title: 'Account',
    lead: 'For which unit and in which role this account acts, and how to change that.',
    who: 'Account (code)',
    signedInAt: 'Signed in at',
    roles: 'Roles held',
    acting: 'Acting now',
    act: 'Act in this role',
    noRoles: 'No role has been given to this account',
    noRolesLead:
      'The Emulation and Commendation Board gives each account its roles. Contact its liaison office and quote the account code above.',
    unknown: 'not in the directory yet',
    signOutTitle: 'Sign out',
    signOutHere: 'Sign out in this browser',
    signOutAll: 'Sign out everywhere',
    signOutLead: 'Use “everywhere” after signing in on a shared or lost computer.',
    stranger: 'Not signed in',
    strangerLead: "Sign in with the official account to reach the unit's desk.",
    language: 'Language',
    failed: 'The sign-in was not completed',
  },
});
