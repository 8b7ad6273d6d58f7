//! PostgreSQL for tests: one server of this process on a socket in a temporary folder, begun when the first test asks for it and gone
//! with the process, also when that is killed. It waits for no disk, unless `HOSO_DURABLE` is set, as where time is measured.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{OnceLock, mpsc},
};

const PREFIX: &str = "hoso-pg-";

/// The URL of the database that belongs to `folder`, made when it is asked for first.
///
/// # Panics
/// When there is no PostgreSQL here: `cargo xtask test` installs it.
pub fn database_for(folder: &Path) -> String {
    let socket = server();
    let name: String = folder.to_string_lossy().chars().filter(char::is_ascii_alphanumeric).collect();
    let name = format!("t{}", name.to_lowercase());
    let made = psql(socket, &format!("CREATE DATABASE \"{name}\""));
    assert!(made.is_ok() || made.as_ref().is_err_and(|error| error.contains("already exists")), "{made:?}");
    format!("postgres://postgres@localhost/{name}?host={}", socket.display().to_string().replace('/', "%2F"))
}

fn server() -> &'static Path {
    static SOCKET: OnceLock<PathBuf> = OnceLock::new();
    SOCKET.get_or_init(|| {
        let (tell, ready) = mpsc::channel();
        // The server ends with the thread that began it, which must therefore outlive every test.
        std::thread::spawn(move || {
            let (socket, mut server) = start();
            let _ = tell.send(socket);
            let _ = server.wait();
        });
        ready.recv().expect("PostgreSQL starts")
    })
}

/// The newest version installed.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = versions.map(|entry| entry.path()).filter(|path| number(path).is_some()).max_by_key(number);
    newest.expect("PostgreSQL is installed (the package postgresql)").join("bin")
}

/// Removes what servers left whose process is gone: they end without a chance to do it themselves.
fn tidy() {
    for left in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let is_ours = left.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let pid = fs::read_to_string(left.path().join("data/postmaster.pid")).unwrap_or_default();
        let gone = pid.lines().next().is_some_and(|pid| !Path::new("/proc").join(pid).exists());
        if is_ours && gone {
            // Another process may be doing the same.
            drop(fs::remove_dir_all(left.path()));
        }
    }
}

fn start() -> (PathBuf, Child) {
    tidy();
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().expect("a folder").keep();
    let data = folder.join("data");
    fs::create_dir(&data).expect("a folder");
    let root = fs::metadata("/proc/self").is_ok_and(|found| std::os::unix::fs::MetadataExt::uid(&found) == 0);
    let as_its_user = |program: PathBuf| {
        // It refuses to run as root; as anybody else it runs as who we are.
        let mut command = Command::new("setpriv");
        if root {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command.arg("--pdeathsig=KILL").arg(program).current_dir("/");
        command
    };
    if root {
        let owned = Command::new("chown").args(["-R", "postgres"]).arg(&folder).status();
        assert!(owned.is_ok_and(|status| status.success()), "the folder is its user's");
    }
    let made = as_its_user(programs().join("initdb"))
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
        .arg(&data)
        .output()
        .expect("initdb runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut server = as_its_user(programs().join("postgres"))
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(&folder)
        .args(["-c", "listen_addresses=", "-c", "max_connections=400", "-c"])
        .arg(if std::env::var_os("HOSO_DURABLE").is_some() { "fsync=on" } else { "fsync=off" })
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("log")).expect("a log"))
        .spawn()
        .expect("PostgreSQL runs");
    while psql(&folder, "SELECT 1").is_err() {
        let ended = server.try_wait().expect("a child");
        assert!(ended.is_none(), "{}", fs::read_to_string(folder.join("log")).unwrap_or_default());
    }
    (folder, server)
}

fn psql(socket: &Path, sql: &str) -> Result<(), String> {
    let mut command = Command::new(programs().join("psql"));
    command.arg("-h").arg(socket).args(["-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", sql]);
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
