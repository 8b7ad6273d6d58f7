//! The words about who sits here: a part of [`crate::words`].

use desk::FaultCode as Code;

/// What to say in Vietnamese and in English; `None` of a code about something else.
pub fn sentences(code: Code) -> Option<(&'static str, &'static str)> {
    Some(match code {
        Code::DeviceRevoked => (
            "Người quản trị đã gỡ máy này khỏi máy chủ. Hãy xin mã ghi danh mới nếu máy vẫn dùng.",
            "The administrator took this computer off the hub. Ask for a new enrolment code if it is still in use.",
        ),
        Code::WrongSignIn => (
            "Tên hoặc mật khẩu không đúng. Còn {left} lần thử trước khi phải chờ.",
            "The name or the password is wrong. {left} more tries before a wait.",
        ),
        Code::SignInWaits => (
            "Đã nhập sai nhiều lần. Hãy chờ {minutes} phút rồi thử lại, hoặc nhờ người quản trị đặt lại mật khẩu.",
            "Too many wrong tries. Wait {minutes} minutes and try again, or have the administrator reset the password.",
        ),
        Code::SignInNeedsHub => (
            "Lần đầu đăng nhập trên máy này cần có mạng. Hãy nối mạng rồi đăng nhập.",
            "The first sign-in on this computer needs a network. Connect, then sign in.",
        ),
        Code::SignInTooOld => (
            "Đã quá {days} ngày kể từ lần đăng nhập có mạng gần nhất. Hãy nối mạng rồi đăng nhập.",
            "More than {days} days have passed since the last sign-in with a network. Connect, then sign in.",
        ),
        Code::ClockSetBack => (
            "Đồng hồ máy này đã bị lùi lại. Hãy chỉnh đúng ngày giờ, hoặc nối mạng rồi đăng nhập.",
            "This computer's clock was set back. Set date and time right, or connect and sign in.",
        ),
        Code::SignInRequired => (
            "Cơ quan yêu cầu đăng nhập. Hãy đăng nhập; hồ sơ đang chờ sẽ tự gửi sau đó.",
            "The agency wants people to sign in. Sign in; what waits is sent by itself then.",
        ),
        Code::SessionOver => (
            "Phiên làm việc đã hết. Hãy đăng nhập lại; những gì đã lưu vẫn còn.",
            "The session is over. Sign in again; what was saved is still here.",
        ),
        Code::OtherAgency => (
            "Tài khoản này thuộc cơ quan khác. Hãy đăng nhập trên máy của cơ quan mình.",
            "This account belongs to another agency. Sign in at a computer of your own agency.",
        ),
        Code::RoleForbids => (
            "Vai trò của người đang đăng nhập không được làm việc này. Hãy nhờ người có quyền, hoặc hỏi người quản trị.",
            "The roles of who is signed in do not allow this. Ask somebody whose roles do, or the administrator.",
        ),
        Code::PasswordMustChange => (
            "Phải đổi mật khẩu trước: đây là mật khẩu cấp lần đầu hoặc đã hết hạn.",
            "Change the password first: it is a first one, or has run out.",
        ),
        Code::PasswordShort => {
            ("Mật khẩu mới phải có ít nhất 10 ký tự.", "The new password must have at least 10 characters.")
        }
        Code::PasswordKnown => (
            "Mật khẩu mới dễ đoán: trùng tên, trùng mật khẩu cũ hoặc quá phổ biến. Hãy chọn mật khẩu khác.",
            "The new password is easy to guess: a name, the old one, or a common one. Choose another.",
        ),
        _ => return None,
    })
}
