//! What the operating system must have. On Debian and its relatives we install it; elsewhere we say what is missing.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::{self, Outcome, failure, say};
use crate::setup::Purpose;

/// Something from outside cargo and npm.
struct Part {
    /// Its Debian package.
    debian: &'static str,
    /// What it is, for systems whose packages have other names.
    what: &'static str,
    probe: Probe,
    /// Needed only by `test` and `measure`.
    test_only: bool,
}

/// How a system without dpkg shows that it has a part.
enum Probe {
    /// A program on the path.
    Program(&'static str),
    /// A library known to pkg-config.
    Library(&'static str),
    /// Linux only, and only found through the package manager: cannot be looked for elsewhere.
    DebianOnly,
}

const fn part(debian: &'static str, what: &'static str, probe: Probe) -> Part {
    Part { debian, what, probe, test_only: false }
}

const fn test_part(debian: &'static str, what: &'static str, probe: Probe) -> Part {
    Part { debian, what, probe, test_only: true }
}

const PARTS: &[Part] = &[
    part("build-essential", "a C compiler and make", Probe::Program("cc")),
    part("pkg-config", "pkg-config", Probe::Program("pkg-config")),
    part("libssl-dev", "OpenSSL 3 with headers (SQLCipher's cryptography)", Probe::Library("openssl")),
    part("libwebkit2gtk-4.1-dev", "WebKitGTK 4.1 with headers (the window)", Probe::Library("webkit2gtk-4.1")),
    part("libtesseract5", "the library Tesseract 5 (OCR)", Probe::DebianOnly),
    test_part("tesseract-ocr", "the program tesseract 5 (OCR without the library)", Probe::Program("tesseract")),
    test_part("webkit2gtk-driver", "WebKitWebDriver", Probe::Program("WebKitWebDriver")),
    test_part("chromium", "Chromium (the interface in a browser)", Probe::Program("chromium")),
    test_part("xvfb", "Xvfb", Probe::Program("Xvfb")),
    test_part("xdotool", "xdotool (keys in the system's dialogs)", Probe::Program("xdotool")),
    test_part("strace", "strace (records what programs write, lets writes fail)", Probe::Program("strace")),
    test_part("xauth", "xauth", Probe::Program("xauth")),
    test_part("postgresql", "PostgreSQL, its programs in /usr/lib/postgresql/VERSION/bin", Probe::DebianOnly),
    test_part("poppler-utils", "pdftotext, pdfimages, pdffonts (poppler)", Probe::Program("pdftotext")),
    test_part("python3-venv", "Python 3 with venv and pip", Probe::Program("python3")),
    test_part("qpdf", "qpdf", Probe::Program("qpdf")),
    test_part("default-jre-headless", "a Java runtime (for PDFBox Preflight)", Probe::Program("java")),
    test_part("libpdfbox2-java", "PDFBox 2 with Preflight, jars in /usr/share/java", Probe::DebianOnly),
    test_part("libjaxb-api-java", "jaxb-api.jar in /usr/share/java", Probe::DebianOnly),
    test_part("libcommons-io-java", "commons-io.jar in /usr/share/java", Probe::DebianOnly),
    test_part("libactivation-java", "javax.activation.jar in /usr/share/java", Probe::DebianOnly),
];

/// Sees to it that everything is there, or says exactly what is not.
pub fn ensure(purpose: Purpose) -> Outcome {
    let wanted = PARTS.iter().filter(|part| purpose == Purpose::Test || !part.test_only);
    if cfg!(target_os = "linux") && Path::new("/etc/debian_version").exists() && process::on_path("dpkg-query") {
        return debian(&wanted.map(|part| part.debian).collect::<Vec<_>>());
    }
    let missing = if cfg!(target_os = "linux") {
        wanted.filter(|part| !part.probe.found()).map(|part| part.what.to_owned()).collect()
    } else {
        missing_elsewhere()
    };
    if missing.is_empty() {
        return Ok(());
    }
    Err(failure(format!("please install, then try again:\n  - {}", missing.join("\n  - "))))
}

impl Probe {
    fn found(&self) -> bool {
        match self {
            Probe::Program(name) => process::on_path(name),
            Probe::Library(name) => {
                let mut ask = Command::new("pkg-config");
                ask.args(["--exists", name]).stdout(Stdio::null()).stderr(Stdio::null());
                ask.status().is_ok_and(|status| status.success())
            }
            Probe::DebianOnly => true,
        }
    }
}

/// Windows and macOS: the product has never been built there, so only what is certain is asked for.
fn missing_elsewhere() -> Vec<String> {
    let mut missing = Vec::new();
    let mut need = |there: bool, what: &str| {
        if !there {
            missing.push(what.to_owned());
        }
    };
    let openssl = std::env::var_os("OPENSSL_DIR").is_some() || Probe::Library("openssl").found();
    need(openssl, "OpenSSL 3 with headers; set OPENSSL_DIR to its folder");
    if cfg!(windows) {
        let linker = process::on_path("link")
            || std::env::var_os("ProgramFiles(x86)").is_some_and(|folder| {
                Path::new(&folder).join("Microsoft Visual Studio/Installer/vswhere.exe").is_file()
            });
        need(linker, "Visual Studio Build Tools, workload \"Desktop development with C++\"");
    } else {
        need(process::on_path("cc"), "the command line tools of Xcode (xcode-select --install)");
    }
    need(process::on_path("tesseract"), "Tesseract 5, with its folder in PATH");
    missing
}

fn debian(packages: &[&str]) -> Outcome {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("installing with apt-get: {}", missing.join(" ")));
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(&missing);
    // A fresh machine has no package lists, an old one has stale lists: both are cured by an update. Mirrors fail at times.
    for attempt in 1..=3 {
        process::run(&mut apt_get(&["update", "-q"])?)?;
        match process::run(&mut apt_get(&install)?) {
            Ok(()) => return Ok(()),
            Err(failure) if attempt == 3 => return Err(failure),
            Err(failure) => say(&format!("{failure}; trying again")),
        }
    }
    Ok(())
}

fn installed(package: &str) -> bool {
    let mut ask = Command::new("dpkg-query");
    ask.args(["-W", "-f=${db:Status-Status}", package]).stderr(Stdio::null());
    ask.output().is_ok_and(|output| output.stdout == b"installed")
}

/// apt-get as root, never asking questions.
fn apt_get(args: &[&str]) -> Outcome<Command> {
    let root = process::output(Command::new("id").arg("-u"))?.trim() == "0";
    if !root && !process::on_path("sudo") {
        return Err(failure(format!("not root and no sudo: please run `apt-get {}` as root", args.join(" "))));
    }
    let mut command = if root { Command::new("env") } else { Command::new("sudo") };
    if !root {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(args);
    Ok(command)
}
