use dossier::Date;
use wire::auth::ExpiringKind;

use super::*;
use crate::ledger::{accounts::Accounts as _, sql::SqlLedger, suite};

const LIST: &str = "DANH SÁCH CÁN BỘ;;;;\n\
    Họ và tên;Tên đăng nhập;Đơn vị;Vai trò;Thư điện tử công vụ\n\
    Nguyễn Thị Hoa;hoa.nt;Phòng Hành chính;Văn thư;hoa.nt@angiang.gov.vn\n\
    Lê Văn Nam;nam.lv;Phòng Hành chính;Lãnh đạo, Một cửa;\n";

async fn ledger(folder: &std::path::Path) -> SqlLedger {
    let ledger = SqlLedger::sqlite(&folder.join("hub.db")).await.unwrap();
    suite::device(&ledger, "H06.16", 1).await;
    ledger
}

fn code() -> AgencyCode {
    "H06.16".parse().unwrap()
}

async fn take(ledger: &SqlLedger, text: &str, options: &Options) -> Plan {
    let planned = plan(ledger, &code(), text.as_bytes(), options).await.unwrap();
    apply(ledger, &code(), planned.clone(), 180, &suite::console(), suite::at(5)).await.unwrap();
    planned
}

#[tokio::test]
async fn a_list_is_taken_once_and_again_is_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let first = take(&ledger, LIST, &Options::default()).await;
    assert_eq!(
        (first.units, first.added),
        (vec!["Phòng Hành chính".to_owned()], vec!["hoa.nt".into(), "nam.lv".into()])
    );
    let hoa = ledger.account_named("HOA.NT").await.unwrap().unwrap();
    assert_eq!((hoa.unit_name.as_deref(), hoa.person.roles), (Some("Phòng Hành chính"), [Role::Clerk].into()));
    assert!(hoa.password.is_some_and(|password| password.must_change));

    let again = take(&ledger, LIST, &Options::default()).await;
    assert_eq!((again.added.len(), again.changed.len(), again.unchanged), (0, 0, 2));
    assert!(again.changes.is_empty());

    // A mail system's export: no sign-in names, no roles; what it is silent about stays.
    let mails = "Tên hiển thị,Địa chỉ thư,Chức vụ\nNguyễn Thị Hoa,hoa.nt@angiang.gov.vn,Chuyên viên\nTrần Mới,moi.t@angiang.gov.vn,\n";
    let third = take(&ledger, mails, &Options { whole: true, ..Options::default() }).await;
    assert_eq!((third.added, third.missing), (vec!["moi.t".to_owned()], vec!["nam.lv".to_owned()]));
    assert_eq!(third.changed["hoa.nt"], ["title"]);
    assert!(ledger.account_named("nam.lv").await.unwrap().unwrap().person.active, "nobody is disabled in silence");
    take(&ledger, mails, &Options { whole: true, disable_missing: true, ..Options::default() }).await;
    assert!(!ledger.account_named("nam.lv").await.unwrap().unwrap().person.active);
    // Who was disabled is not let in again by a list that only names them.
    let named = take(&ledger, LIST, &Options::default()).await;
    assert_eq!((named.still_disabled, named.changed.get("nam.lv")), (vec!["nam.lv".to_owned()], None));
    assert!(!ledger.account_named("nam.lv").await.unwrap().unwrap().person.active);
    let said = |status: &str| format!("Họ và tên,Tên đăng nhập,Trạng thái\nLê Văn Nam,nam.lv,{status}\n");
    let back = take(&ledger, &said("Đang hoạt động"), &Options::default()).await;
    assert_eq!((&back.changed["nam.lv"][..], back.still_disabled.len()), (&["enabled"][..], 0));
    assert!(ledger.account_named("nam.lv").await.unwrap().unwrap().person.active);
    let out = take(&ledger, &said("Đã khóa"), &Options::default()).await;
    assert_eq!(out.changed["nam.lv"], ["disabled"]);
    assert!(!ledger.account_named("nam.lv").await.unwrap().unwrap().person.active);
    let unclear = plan(&ledger, &code(), said("có lẽ").as_bytes(), &Options::default()).await;
    assert!(matches!(unclear, Err(ImportError::Rows(bad)) if bad[0].column == "Trạng thái"));
}

#[tokio::test]
async fn every_bad_row_is_told_and_nothing_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    suite::device(&ledger, "H06.17", 2).await;
    let other = "Họ và tên,Tên đăng nhập\nNgười khác,khac\n";
    let planned = plan(&ledger, &"H06.17".parse().unwrap(), other.as_bytes(), &Options::default()).await.unwrap();
    apply(&ledger, &"H06.17".parse().unwrap(), planned, 180, &suite::console(), suite::at(5)).await.unwrap();

    let list = "Họ và tên,Tên đăng nhập,Vai trò,Email\nA B,ab,Bảo vệ,\n,cd,,\nE F,e f,,\nG H,gh,,sai\nI K,ik,,\nIK,IK,,\nL,khac,,\n";
    let Err(ImportError::Rows(bad)) = plan(&ledger, &code(), list.as_bytes(), &Options::default()).await else {
        panic!("bad rows are taken")
    };
    let found: Vec<(u32, &str)> = bad.iter().map(|bad| (bad.row, bad.column.as_str())).collect();
    let name = "Tên đăng nhập";
    assert_eq!(found, [(2, "Vai trò"), (3, "Họ và tên"), (4, name), (5, "Email"), (7, name), (8, name)]);
    assert!(ledger.people(Some(&code())).await.unwrap().is_empty());
    let headless = plan(&ledger, &code(), b"a,b\nc,d\n", &Options::default()).await;
    assert!(matches!(headless, Err(ImportError::NoHeadings(_))));
}

#[tokio::test]
async fn what_runs_out_is_read_with_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    take(&ledger, LIST, &Options::default()).await;
    let today = Date::new(2026, 11, 21).unwrap();
    let text = "Loại;Họ tên;Tên đăng nhập;Số sê-ri;Email;Ngày hết hạn\n\
        Chứng thư số;;hoa.nt;54:0A;;05/12/2026\nThư điện tử;Nguyễn Thị Hoa;;;hoa.nt@angiang.gov.vn;2026-12-01\n";
    let things = expiring::read(&ledger, &code(), text.as_bytes(), None, today).await.unwrap();
    let hoa = ledger.account_named("hoa.nt").await.unwrap().unwrap().person;
    assert_eq!(things.len(), 2);
    for thing in &things {
        assert_eq!((thing.person, thing.holder.as_str()), (Some(hoa.id), "Nguyễn Thị Hoa"));
    }
    assert_eq!((things[0].kind, things[0].identifier.as_str()), (ExpiringKind::Certificate, "54:0A"));
    assert_eq!(things[1].valid_until, Date::new(2026, 12, 1).unwrap());
    let bad = "Email,Ngày hết hạn\nx@y.vn,mai\n";
    assert!(matches!(expiring::read(&ledger, &code(), bad.as_bytes(), None, today).await, Err(ImportError::Rows(_))));
}
