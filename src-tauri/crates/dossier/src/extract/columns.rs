//! What the columns of an extract are called.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::text::fold;

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $($heading:literal),+;)*) => {
        /// What a column of an extract says of a dossier.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum Column {
            $($(#[$doc])* $name,)*
        }

        impl Column {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Headings it goes by, as [`plain`] writes them, the national field name first.
            fn headings(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($heading),+],)*
                }
            }
        }
    };
}

// The first of each line is the field name of the national exchange (`DongBoHoSoMC`); it and the Vietnamese words of the same meaning are
// the same letters.
columns! {
    Code: "mahoso", "sohoso", "sobiennhan", "masohoso", "mabiennhan";
    ProcedureCode: "matthc", "mathutuc", "mathutuchanhchinh", "masotthc";
    Procedure: "tentthc", "tenthutuc", "thutuc", "thutuchanhchinh", "tenthutuchanhchinh", "tthc";
    FieldName: "tenlinhvuc", "linhvuc";
    Channel: "kenhthuchien", "hinhthucnop", "kenhtiepnhan", "hinhthuctiepnhan", "hinhthucnophoso";
    Applicant: "chuhoso", "nguoinop", "tochuccanhan", "tentochuccanhan", "hovaten", "nguoinophoso";
    /// Who handles it.
    Unit: "donvixuly", "coquangiaiquyet", "donvigiaiquyet", "phongbanxuly", "coquanxuly", "donvi", "coquan";
    Person: "nguoixuly", "canboxuly", "canbothuly", "chuyenvien", "nguoithuly", "congchucxuly", "canbogiaiquyet";
    State: "trangthaihoso", "trangthai", "tinhtrang", "tinhtranghoso", "trangthaixuly";
    Filed: "ngaynophoso", "ngaynop", "thoigiannop";
    Received: "ngaytiepnhan", "ngaynhan", "ngaynhanhoso", "thoigiantiepnhan", "ngaytiepnhanhoso";
    Due: "ngayhentra", "hantra", "ngayhen", "hanxuly", "hantraketqua", "ngayhentraketqua", "hangiaiquyet", "thoigianhentra";
    /// It has no due date, the system says.
    NoDue: "khongcongayhentra";
    /// The work was done.
    Finished: "ngayketthucxuly", "ngayxulyxong", "ngayhoanthanh", "ngaycoketqua", "ngayketthuc", "thoigianketthuc";
    Returned: "ngaytra", "ngaytraketqua", "thoigiantra", "ngaytrakq";
    Refused: "ngaytuchoi";
    /// A number and its unit, or only the number.
    Limit: "thoihan", "thoihangiaiquyet", "thoigiangiaiquyet", "songaygiaiquyet", "songayxuly", "thoihanxuly", "thoigianquydinh";
    LimitUnit: "donvithoihan", "donvithoigian", "loaithoihan", "donvitinh", "donvitinhthoigian";
    SupplementAsked: "ngaybosung", "ngayyeucaubosung";
    SupplementTaken: "ngaytiepnhanbosung", "ngaynhanbosung", "ngaybosungxong";
    /// The open step's own limit.
    StepDue: "ngayketthuctheoquydinh", "hanxulybuoc", "hanbuoc", "hanbuocxuly";
    /// A sent apology or a new date that was set.
    NewDue: "ngayhentramoi", "ngayhenlai", "ngayhentralai", "giahanden";
    Apologised: "ngayxinloi", "ngayguixinloi", "ngaythuxinloi";
}

/// Which column says what: by its place in a row, from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Columns(pub BTreeMap<Column, usize>);

/// What counts of a heading: its letters and digits, marks, case and spaces aside.
pub fn plain(heading: &str) -> String {
    fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The columns that headings name; of two with the same meaning the one named better, then the first.
pub fn guess(headings: &[impl AsRef<str>]) -> Columns {
    let plains: Vec<String> = headings.iter().map(|heading| plain(heading.as_ref())).collect();
    let found = Column::ALL.iter().filter_map(|column| {
        let at = column.headings().iter().find_map(|known| plains.iter().position(|it| it == known))?;
        Some((*column, at))
    });
    Columns(found.collect())
}

impl Columns {
    /// What stands in a column of a row; nothing where there is no such column or nothing in it.
    pub fn of<'c>(&self, column: Column, cells: &'c [String]) -> Option<&'c str> {
        let text = cells.get(*self.0.get(&column)?)?.trim();
        // What systems write where there is nothing.
        (!matches!(text, "" | "-" | "--" | "NULL" | "null" | "N/A")).then_some(text)
    }

    /// Without these nothing can be said of a dossier: its reception or its due time, and what tells it from others.
    pub fn missing(&self) -> Vec<Column> {
        let has = |column| self.0.contains_key(&column);
        let mut missing = vec![];
        if !has(Column::Code) {
            missing.push(Column::Code);
        }
        if !has(Column::Received) && !has(Column::Due) {
            missing.push(Column::Received);
        }
        missing
    }
}
