//! `hosoctl sign-in|sign-out|whoami|change-password`: who sits here. Passwords come from standard input, a line each, and never from the
//! arguments, which other programs can see.

use std::io::Write as _;

use desk::{AccountAnswer, AccountRequest as Ask, Request, Secret};

use crate::words::Language;

fn line() -> Result<Secret, String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        Err("a password is needed on standard input".into())
    } else {
        Ok(Secret::new(line.to_owned()))
    }
}

pub fn sign_in(name: String) -> Result<Request, String> {
    Ok(Request::Account { what: Ask::SignIn { name, password: line()? } })
}

pub fn change_password() -> Result<Request, String> {
    Ok(Request::Account { what: Ask::ChangePassword { old: line()?, new: line()? } })
}

pub fn sign_out() -> Request {
    Request::Account { what: Ask::SignOut }
}

pub fn who_is_here() -> Request {
    Request::Account { what: Ask::WhoIsHere { ask: true } }
}

/// Prints who is here, for people.
pub fn print(answer: &AccountAnswer, language: Language) {
    let AccountAnswer::Here(here) = answer;
    let vi = language == Language::Vi;
    let said = match here {
        None if vi => "Chưa có ai đăng nhập trên máy này.".to_owned(),
        None => "Nobody is signed in on this computer.".to_owned(),
        Some(here) => {
            let who = format!("{} ({})", here.me.name, here.me.sign_in_name);
            match (here.online, vi) {
                (true, _) => who,
                (false, true) => format!(
                    "{who}. Đã đăng nhập khi không có mạng; còn {} ngày, sau đó phải có mạng để đăng nhập.",
                    here.days_left
                ),
                (false, false) => format!("{who}. Signed in without network, {} days are left.", here.days_left),
            }
        }
    };
    // A reader that has gone away is no failure.
    let _ = writeln!(std::io::stdout(), "{said}");
    for notice in here.iter().flat_map(|here| &here.me.notices) {
        let (what, day) = (&notice.identifier, notice.valid_until.shown());
        let _ = match vi {
            true => writeln!(std::io::stdout(), "  {what}: hết hạn ngày {day} (còn {} ngày)", notice.days_left),
            false => writeln!(std::io::stdout(), "  {what}: runs out on {day} ({} days left)", notice.days_left),
        };
    }
}
