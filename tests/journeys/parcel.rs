//! No network for days: dossiers leave as sealed files in somebody's pocket, the receipts come back the same way, and nothing is filed
//! twice, whichever way is first.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use journeys::{Clerk, Hub, Proxy, Running, Tmpfs, Trouble, bin, large_pdf};
use serde_json::Value;

const PROCEDURE: &str = "2.000635";
const AGENCY: &str = "000.00.16.H99";

/// A clerk's computer whose network can be taken away.
struct Station {
    clerk: Clerk,
    network: Proxy,
}

impl Station {
    /// Enrolled; from then on there is no network.
    fn cut_off(hub: &Hub) -> Station {
        let (clerk, network) = (Clerk::new(), Proxy::start(hub.port()));
        clerk.ok(&["enrol", &hub.enrol_code(AGENCY, Some(&network.url()))]);
        network.set(Trouble::Refuse);
        Station { clerk, network }
    }

    fn paper(&self, name: &str, bytes: usize) -> PathBuf {
        let path = self.clerk.folder().join(name);
        large_pdf(&path, bytes);
        path
    }

    /// A dossier in the outbox with these papers.
    fn queued(&self, form: &Path, paper: &Path) -> String {
        let id = self.clerk.filled_dossier(PROCEDURE);
        for (component, file) in [("2.000635.01", form), ("2.000635.02", paper)] {
            self.clerk.ok(&["dossier", "attach", &id, component, file.to_str().unwrap(), "--as-is"]);
        }
        self.clerk.ok(&["dossier", "submit", &id]);
        id
    }

    /// What was answered about parcels.
    fn parcel(&self, args: &[&str]) -> Value {
        self.clerk.ok(&[&["parcel"], args].concat())["it"].take()
    }

    /// Seals everything that waits into a file in `folder`.
    fn seal(&self, folder: &Path) -> PathBuf {
        self.parcel(&["make", folder.to_str().unwrap()])["file"].as_str().unwrap().into()
    }

    /// What a reply brought, dossier by dossier.
    fn take(&self, reply: &Path) -> Vec<(String, String)> {
        let taken = self.parcel(&["take", reply.to_str().unwrap()]);
        let lines = taken[0]["lines"].as_array().unwrap().iter();
        let text = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
        lines.map(|line| (text(line, "dossier"), text(line, "news"))).collect()
    }

    fn receipt(&self, dossier: &str) -> Value {
        self.clerk.ok(&["receipt", "show", dossier])["receipt"].take()
    }
}

/// Another folder of another computer: the stick.
fn stick(hub: &Hub) -> PathBuf {
    let folder = hub.data().join("usb");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn takes(hub: &Hub, parcel: &Path) -> Value {
    let output = hub.officer(&["parcel", parcel.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The dossiers at the hub; each with one reception.
fn received(hub: &Hub) -> BTreeSet<String> {
    let output = hub.officer(&["list"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        let shown = hub.officer(&["show", line["id"].as_str().unwrap()]);
        let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
        assert_eq!(shown["events"].as_array().map(Vec::len), Some(1), "{shown}");
    }
    let ids: BTreeSet<String> = lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), lines.len(), "{text}");
    ids
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn three_stations_without_a_network_get_their_receipts_by_hand() {
    let hub = Hub::start();
    let usb = stick(&hub);
    let stations = [Station::cut_off(&hub), Station::cut_off(&hub), Station::cut_off(&hub)];
    let mut dossiers: Vec<Vec<String>> = vec![];
    for (n, station) in stations.iter().enumerate() {
        let (form, paper) = (station.paper("form.pdf", 20_000 + n), station.paper("paper.pdf", 900_000 + n));
        let mut own = vec![station.queued(&form, &paper)];
        if n == 0 {
            // A second one with the same paper.
            own.push(station.queued(&station.paper("other.pdf", 30_000), &paper));
        }
        dossiers.push(own);
    }
    let parcels: Vec<PathBuf> = stations.iter().map(|station| station.seal(&usb)).collect();
    let size = fs::metadata(&parcels[0]).unwrap().len();
    assert!((950_000..1_100_000).contains(&size), "what two dossiers share is in it once: {size} bytes");
    let bytes = fs::read(&parcels[0]).unwrap();
    for clear in ["%PDF", "Thử Nghiệm", "UBND", "000.00.16.H99"] {
        assert!(!bytes.windows(clear.len()).any(|window| window == clear.as_bytes()), "{clear} lies open");
    }
    let shown = stations[1].parcel(&["show", parcels[0].to_str().unwrap()]);
    assert_eq!((&shown["submissions"], &shown["ours"], &shown["our_hub"]), (&2.into(), &false.into(), &true.into()));
    // They stay queued, and say so.
    let waiting = stations[0].clerk.ctl(&["send", "--once"]);
    assert_eq!(
        waiting.json.pointer("/waiting/1/sealed/file"),
        Some(&parcels[0].to_str().unwrap().into()),
        "{waiting:?}"
    );
    // What the hub may get by hand is not taken back unsaid.
    stations[0].clerk.fault(&["dossier", "reopen", &dossiers[0][0]], "parcel_under_way");

    // The first goes to the hub's own machine.
    let told = takes(&hub, &parcels[0]);
    assert_eq!((&told["taken"], &told["refused"]), (&2.into(), &0.into()));
    let reply = parcels[0].with_extension("hoso-reply");
    let news: BTreeSet<_> = stations[0].take(&reply).into_iter().collect();
    assert_eq!(news, dossiers[0].iter().map(|id| (id.clone(), "receipted".to_owned())).collect());
    let receipts: Vec<Value> = dossiers[0].iter().map(|id| stations[0].receipt(id)).collect();
    // Taken twice: no change, and it says so.
    assert!(stations[0].take(&reply).iter().all(|(_, news)| news == "known"));

    // The others go by a courier who has a network.
    let courier = Clerk::enrolled(&hub, "000.00.16.H98");
    let sent = courier.ok(&["parcel", "carry", parcels[1].to_str().unwrap(), parcels[2].to_str().unwrap()]);
    for (n, station) in stations.iter().enumerate().skip(1) {
        let reply = parcels[n].with_extension("hoso-reply");
        assert_eq!(sent["it"][n - 1]["reply"].as_str(), reply.to_str(), "{sent}");
        assert_eq!(station.take(&reply), [(dossiers[n][0].clone(), "receipted".to_owned())]);
    }
    assert_eq!(fs::read_dir(hub.data().join("spool")).unwrap().count(), 0, "a parcel that was taken is not kept");
    let answer = stations[1].clerk.fault(&["parcel", "take", reply.to_str().unwrap()], "reply_not_ours");
    assert!(answer.stdout.contains("\"vi\""), "{answer:?}");

    // Once more by hand, and by the network too: the same receipts.
    takes(&hub, &parcels[0]);
    courier.ok(&["parcel", "carry", parcels[0].to_str().unwrap()]);
    stations[0].take(&reply);
    stations[0].network.set(Trouble::None);
    stations[0].clerk.ok(&["send", "--wait"]);
    assert_eq!(dossiers[0].iter().map(|id| stations[0].receipt(id)).collect::<Vec<_>>(), receipts);
    assert_eq!(received(&hub), dossiers.concat().into_iter().collect());
    assert!(hub.officer(&["check"]).status.success());
}

#[test]
fn the_network_that_comes_back_first_gives_the_receipt_that_the_parcel_gives() {
    let hub = Hub::start();
    let (usb, station) = (stick(&hub), Station::cut_off(&hub));
    let id = station.queued(&station.paper("form.pdf", 20_000), &station.paper("paper.pdf", 50_000));
    let parcel = station.seal(&usb);
    station.network.set(Trouble::None);
    station.clerk.ok(&["send", "--wait"]);
    let receipt = station.receipt(&id);
    takes(&hub, &parcel);
    let reply: Value = serde_json::from_slice(&fs::read(parcel.with_extension("hoso-reply")).unwrap()).unwrap();
    assert_eq!(reply.pointer("/submissions/0/outcome/receipt"), Some(&receipt));
    assert_eq!(station.take(&parcel.with_extension("hoso-reply")), [(id.clone(), "known".to_owned())]);
    assert_eq!(received(&hub), [id].into());
}

#[test]
fn a_parcel_that_comes_after_its_dossier_was_taken_back_counts_and_is_told() {
    let hub = Hub::start();
    let (usb, station) = (stick(&hub), Station::cut_off(&hub));
    let id = station.queued(&station.paper("form.pdf", 20_000), &station.paper("paper.pdf", 50_000));
    let parcel = station.seal(&usb);
    station.clerk.fault(&["dossier", "reopen", &id, "--reason", " "], "reason_missing");
    station.clerk.ok(&["dossier", "reopen", &id, "--reason", "sai số nhà"]);
    // Sent anew with the same papers; the hub has the older one by then, and the newer would be refused.
    station.clerk.ok(&["dossier", "submit", &id]);
    assert_eq!(takes(&hub, &parcel)["taken"], 1);
    let reply = parcel.with_extension("hoso-reply");
    assert_eq!(station.take(&reply), [(id.clone(), "taken_back".to_owned())]);
    let shown = station.clerk.ok(&["receipt", "show", &id]);
    assert_eq!((&shown["ours"], &shown["taken_back"]), (&true.into(), &"sai số nhà".into()));
    assert_eq!(station.clerk.ok(&["dossier", "show", &id])["state"], "registered");
    station.network.set(Trouble::None);
    station.clerk.ok(&["send", "--wait"]);
    assert_eq!(station.take(&reply), [(id.clone(), "known".to_owned())]);
    assert_eq!(received(&hub), [id].into());
}

#[test]
fn a_hub_killed_in_the_middle_of_a_parcel_takes_it_once() {
    let hub = Hub::start();
    let (usb, station) = (stick(&hub), Station::cut_off(&hub));
    let mut ids = BTreeSet::new();
    for n in 0..4 {
        let form = station.paper(&format!("form{n}.pdf"), 20_000 + n);
        ids.insert(station.queued(&form, &station.paper(&format!("paper{n}.pdf"), 3_000_000 + n)));
    }
    let parcel = station.seal(&usb);
    let args = ["parcel", parcel.to_str().unwrap(), "--data", hub.data().to_str().unwrap()];
    let mut killed = 0;
    for ms in [1, 10, 20, 40, 60, 80, 120, 160] {
        let mut taking = Running::start(&bin("hoso-hub"), &args, |_| {});
        if !taking.kill9_after(Duration::from_millis(ms)) {
            break;
        }
        killed += 1;
        assert!(!parcel.with_extension("hoso-reply").exists() || received(&hub) == ids, "a reply speaks of all");
    }
    assert!(killed > 0, "it was never in the middle");
    assert_eq!(takes(&hub, &parcel)["taken"], 4);
    assert_eq!(station.take(&parcel.with_extension("hoso-reply")).len(), 4);
    assert_eq!(received(&hub), ids);
    assert!(hub.officer(&["check"]).status.success());
}

#[test]
fn a_parcel_is_for_one_hub_and_a_damaged_one_for_none() {
    let (hub, other) = (Hub::start(), Hub::start());
    let (usb, station) = (stick(&hub), Station::cut_off(&hub));
    let id = station.queued(&station.paper("form.pdf", 20_000), &station.paper("paper.pdf", 200_000));
    let parcel = station.seal(&usb);
    let refused = other.officer(&["parcel", parcel.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("other_hub"), "{refused:?}");
    let stranger = Clerk::enrolled(&other, AGENCY);
    stranger.fault(&["parcel", "carry", parcel.to_str().unwrap()], "parcel_other_hub");

    // A bad copy is refused, and the good one goes on from there.
    let courier = Clerk::enrolled(&hub, AGENCY);
    let whole = fs::read(&parcel).unwrap();
    let mut copy = whole.clone();
    copy[150_000] ^= 1;
    fs::write(&parcel, &copy).unwrap();
    courier.fault(&["parcel", "carry", parcel.to_str().unwrap()], "parcel_damaged");
    fs::write(&parcel, &whole[..100_000]).unwrap();
    courier.fault(&["parcel", "carry", parcel.to_str().unwrap()], "parcel_damaged");
    assert_eq!(received(&hub), BTreeSet::new());
    assert_eq!(names(&usb).len(), 1, "no reply to what was not taken");
    fs::write(&parcel, &whole).unwrap();
    courier.ok(&["parcel", "carry", parcel.to_str().unwrap()]);
    assert_eq!(station.take(&parcel.with_extension("hoso-reply")), [(id, "receipted".to_owned())]);
}

#[test]
fn a_courier_who_is_interrupted_goes_on_where_the_hub_stands() {
    let hub = Hub::start();
    let (usb, station) = (stick(&hub), Station::cut_off(&hub));
    let id = station.queued(&station.paper("form.pdf", 20_000), &station.paper("paper.pdf", 5_000_000));
    let parcel = station.seal(&usb);
    let (courier, network) = (Clerk::new(), Proxy::start(hub.port()));
    courier.ok(&["enrol", &hub.enrol_code(AGENCY, Some(&network.url()))]);
    let before = network.bytes_to_hub();
    network.set(Trouble::StallAfter(3_000_000));
    let mut carrying = courier.start(&["parcel", "carry", parcel.to_str().unwrap()]);
    network.passed(before + 3_000_000, Duration::from_secs(120));
    carrying.kill9();
    network.set(Trouble::LoseAnswer("/v1/parcels"));
    let mut carrying = courier.start(&["parcel", "carry", parcel.to_str().unwrap()]);
    network.lost_an_answer(Duration::from_secs(120));
    network.set(Trouble::None);
    // Whether it asks again by itself or is asked again by the courier: one more time is enough.
    carrying.wait(Duration::from_secs(120));
    courier.ok(&["parcel", "carry", parcel.to_str().unwrap()]);
    let travelled = network.bytes_to_hub() - before;
    assert_eq!(station.take(&parcel.with_extension("hoso-reply")), [(id.clone(), "receipted".to_owned())]);
    assert_eq!(received(&hub), [id].into());
    assert!(travelled < 8_500_000, "{travelled} bytes for a parcel of 5,000,000");
}

#[test]
fn a_full_stick_is_told_and_loses_nothing() {
    let hub = Hub::start();
    let station = Station::cut_off(&hub);
    let id = station.queued(&station.paper("form.pdf", 20_000), &station.paper("paper.pdf", 3_000_000));
    let full = Tmpfs::mount(1 << 20);
    station.clerk.fault(&["parcel", "make", full.path().to_str().unwrap()], "disk_full");
    assert_eq!(names(full.path()), [""; 0]);
    full.read_only();
    station.clerk.fault(&["parcel", "make", full.path().to_str().unwrap()], "read_only");
    let gone = station.clerk.folder().join("rut/goi.hoso");
    station.clerk.fault(&["parcel", "make", gone.to_str().unwrap()], "output_not_writable");
    // Nobody thinks that the hub may have it.
    station.clerk.ok(&["dossier", "reopen", &id]);
    station.clerk.fault(&["parcel", "make", station.clerk.folder().to_str().unwrap()], "nothing_to_carry");
}
