//! An S3 store as a process.

use std::path::Path;
use std::time::Duration;

use crate::foreign::{peers, python};
use crate::hub::Hub;
use crate::process::{Running, bin};

const START: Duration = Duration::from_secs(30);

/// A running store; killed when dropped.
pub struct Bucket {
    url: String,
    _running: Running,
}

impl Bucket {
    /// One over `folder` that does what S3 does.
    pub fn start(folder: &Path) -> Bucket {
        Bucket::begin(folder, &[])
    }

    /// One that overwrites what it was asked not to.
    pub fn that_lies(folder: &Path) -> Bucket {
        Bucket::begin(folder, &["--lies"])
    }

    /// Somebody else's, in memory: moto, which set-up installs.
    pub fn of_moto() -> Bucket {
        let script = peers().join("s3.py");
        let mut running = Running::start(&python(), &[script.as_os_str()], |_| {});
        let url = running.line(START, |line| line.starts_with("http://")).trim().to_owned();
        Bucket { url, _running: running }
    }

    fn begin(folder: &Path, options: &[&str]) -> Bucket {
        let mut args = vec![folder.as_os_str().to_owned()];
        args.extend(options.iter().map(Into::into));
        let mut running = Running::start(&bin("s3_server"), &args, |_| {});
        let url = running.line(START, |line| line.starts_with("http://")).trim().to_owned();
        Bucket { url, _running: running }
    }

    /// Lets a hub keep its files here.
    pub fn of(&self, hub: Hub) -> Hub {
        hub.with("--objects", "s3:hub")
            .with_variable("AWS_ENDPOINT_URL", &self.url)
            .with_variable("AWS_ALLOW_HTTP", "true")
            .with_variable("AWS_REGION", "vn-north-1")
            .with_variable("AWS_ACCESS_KEY_ID", "key")
            .with_variable("AWS_SECRET_ACCESS_KEY", "secret")
    }
}
