//! What works on this computer, and what to do about what does not.

use crate::{
    Desk, Examined, Host, Part,
    attending::CLOCK_TOLERANCE,
    fault::{Fault, FaultCode as Code},
};

/// Less room than this for a profile is worth a warning: a day's scans, in bytes.
const LITTLE_ROOM: u64 = 1 << 30;

impl<H: Host> Desk<H> {
    pub(crate) async fn examine_station(&self) -> Vec<Examined> {
        let mut examined = vec![];
        let profile = self.profile().map(|profile| profile.dir().display().to_string());
        match self.store().await {
            Ok(store) => {
                examined.push(works(Part::Profile, profile.unwrap_or_default()));
                // The store does not open without it; the check proves that the pages are sound under their key.
                let checked = async { store.check_database().await.and(store.cipher_version().await) };
                examined.push(match checked.await {
                    Ok(version) => works(Part::Encryption, format!("SQLCipher {version}")),
                    Err(error) => broken(Part::Encryption, error.into()),
                });
                examined.push(room(store.profile().dir()));
            }
            Err(fault) => examined.push(broken(Part::Profile, fault)),
        }
        let pool = self.pool().await;
        let limits = pool.limits();
        examined.push(works(
            Part::Workers,
            format!("{} × {} MiB, {} s", pool.size(), limits.memory >> 20, limits.time.as_secs()),
        ));
        // Asked of a worker: no process of ours but a worker loads the reader.
        examined.push(match pool.reader().await {
            Ok(version) => works(Part::TextReader, version),
            Err(fault) => broken(Part::TextReader, fault),
        });
        examined.push(match self.procedures().await {
            Ok(procedures) => works(Part::Catalogue, procedures.len().to_string()),
            Err(fault) => broken(Part::Catalogue, fault),
        });
        examined.extend(self.examine_hub().await);
        examined
    }

    async fn examine_hub(&self) -> Vec<Examined> {
        match self.ping().await {
            Ok((url, online)) => {
                let minutes = online.skew_ms / 60_000;
                let clock = if minutes.abs() <= CLOCK_TOLERANCE {
                    works(Part::Clock, format!("{:+.1} s", online.skew_ms as f64 / 1000.0))
                } else {
                    broken(Part::Clock, Fault::new(Code::ClockWrong).with("minutes", minutes))
                };
                vec![works(Part::Hub, url), clock]
            }
            Err(fault) => vec![broken(Part::Hub, fault)],
        }
    }
}

fn works(part: Part, detail: String) -> Examined {
    Examined { part, works: true, detail, fault: None }
}

fn broken(part: Part, fault: Fault) -> Examined {
    Examined { part, works: false, detail: String::new(), fault: Some(fault) }
}

fn room(folder: &std::path::Path) -> Examined {
    match fs4::available_space(folder) {
        Ok(bytes) if bytes >= LITTLE_ROOM => works(Part::DiskSpace, format!("{} MiB", bytes >> 20)),
        Ok(bytes) => broken(Part::DiskSpace, Fault::new(Code::LittleRoom).with("mib", bytes >> 20)),
        Err(error) => broken(Part::DiskSpace, Fault::unexpected(error)),
    }
}
