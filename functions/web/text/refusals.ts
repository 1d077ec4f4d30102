/** Pages that say no: what happened, what it means for what was typed, and who can help. */
import { inBoth } from './say.ts';

export const refusalText = inBoth({
  vi: {
    titles: {
      'not-allowed': 'Vai đang giữ không xem được trang này',
      'not-found': 'Không có trang này',
      fault: 'Hệ thống gặp sự cố',
      'too-many': 'Quá nhiều yêu cầu',
      malformed: 'Không đọc được nội dung vừa gửi',
      session: 'Phiên đăng nhập đã hết hạn',
      conflict: 'Chưa ghi được nội dung vừa gửi',
      'sign-in': 'Chưa đăng nhập xong',
      foreign: 'Yêu cầu không đến từ trang này',
    },
    leads: {
      'not-allowed':
        'Trang này dành cho đơn vị và vai khác. Nếu giữ nhiều vai, chọn lại vai ở mục Tài khoản.',
      'not-found':
        'Địa chỉ sai, hoặc nội dung không còn ở đây. Kiểm tra lại địa chỉ, hoặc bắt đầu từ bàn làm việc.',
      fault:
        'Lỗi thuộc về hệ thống, không phải do thao tác. Những gì máy chủ đã báo lưu thì vẫn còn. Thử lại sau ít phút.',
      'too-many': 'Trong một phút đã có quá nhiều yêu cầu. Chờ một phút rồi thử lại; không có gì bị mất.',
      malformed: 'Quay lại trang trước và gửi lại. Chưa có gì được ghi.',
      foreign: 'Để tránh giả mạo, chỉ nhận nội dung gửi từ chính trang này. Mở lại trang rồi gửi.',
    },
    session: {
      held: 'Nội dung vừa gửi được giữ trên máy chủ một giờ. Đăng nhập lại để gửi tiếp, không phải nhập lại.',
      notHeld: 'Nội dung vừa gửi ghi ở dưới; sao chép trước khi đăng nhập lại.',
      again: 'Đăng nhập lại',
      title: 'Nội dung còn nguyên',
      lead: 'Đã đăng nhập lại. Nội dung gửi lúc phiên hết hạn còn nguyên, chưa được ghi.',
      go: 'Gửi tiếp',
      gone: 'Nội dung được giữ một giờ và không còn ở đây. Mở lại biểu mẫu từ bàn làm việc; những gì đã lưu trước đó vẫn còn.',
    },
    typed: 'Nội dung vừa nhập, có thể sao chép',
    field: 'Ô',
    value: 'Giá trị',
    help: 'Ai giúp được',
    helpText: 'Ban Thi đua - Khen thưởng tỉnh, cơ quan thường trực của mùa thi đua, trong giờ làm việc:',
    helpCode: 'Khi liên hệ, đọc mã yêu cầu:',
    toDesk: 'Về bàn làm việc',
    toAccount: 'Xem tài khoản và các vai',
    askExtension: 'Xin gia hạn',
    signInFailed: 'Việc đăng nhập bị hủy, quá 10 phút, hoặc mở ở một cửa sổ khác. Đăng nhập lại từ đầu.',
  },
  en: {
    titles: {
      'not-allowed': 'The role held may not see this page',
      'not-found': 'There is no such page',
      fault: 'Something broke in the system',
      'too-many': 'Too many requests',
      malformed: 'What was sent could not be read',
      session: 'The session has ended',
      conflict: 'What was sent has not been recorded',
      'sign-in': 'The sign-in was not completed',
      foreign: 'The request did not come from this site',
    },
    leads: {
      'not-allowed':
        'This page is for another unit or role. If the account holds several, choose under Account.',
      'not-found':
        'The address is wrong, or what was here is gone. Check the address, or start from the desk.',
      fault:
        'The fault is ours. Whatever the server said was saved is still there. Try again in a few minutes.',
      'too-many':
        'There were too many requests within a minute. Wait a minute and try again; nothing is lost.',
      malformed: 'Go back and send it again. Nothing was recorded.',
      foreign:
        'Against forgery, only what is sent from this site itself is taken. Open the page again and send it.',
    },
    session: {
      held: 'What was sent is kept on the server for an hour. Sign in again to go on; nothing has to be typed again.',
      notHeld: 'What was sent stands below; copy it before signing in again.',
      again: 'Sign in again',
      title: 'Everything is still there',
      lead: 'Signed in again. What was sent when the session had ended is still there and has not been recorded yet.',
      go: 'Send it now',
      gone: 'Such content is kept for an hour and is no longer here. Open the form from the desk; whatever was saved before is still there.',
    },
    typed: 'What was typed, to be copied',
    field: 'Field',
    value: 'Value',
    help: 'Who can help',
    helpText:
      'The provincial Emulation and Commendation Board, the standing office of the season, during office hours:',
    helpCode: 'When calling, quote the request code:',
    toDesk: 'To the desk',
    toAccount: 'See account and roles',
    askExtension: 'Ask for an extension',
    signInFailed:
      'The sign-in was cancelled, took longer than 10 minutes, or was opened in another window. Sign in again from the start.',
  },
});
