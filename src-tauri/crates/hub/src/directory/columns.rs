//! Which column says what, and what it says, in the words offices write.

use std::collections::{BTreeMap, BTreeSet};

use dossier::{Role, text::fold};

use super::table::Line;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Name,
    SignInName,
    Unit,
    Title,
    Roles,
    Email,
    Phone,
    /// Whether somebody may sign in.
    Active,
    /// Of things that run out.
    Kind,
    Identifier,
    ValidUntil,
}

/// Headings as they are written, folded when they are compared. Those of the province's mail system stand beside the agency's own.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "Họ và tên",
            "Họ tên",
            "Họ và tên cán bộ",
            "Tên hiển thị",
            "Tên đầy đủ",
            "Full name",
            "Display name",
            "Chủ thể",
            "Người giữ",
        ],
    ),
    (
        Column::SignInName,
        &["Tên đăng nhập", "Tài khoản", "Tên tài khoản", "Tên người dùng", "User name", "Username", "Account"],
    ),
    (Column::Unit, &["Đơn vị", "Phòng ban", "Bộ phận", "Đơn vị công tác", "Department"]),
    (Column::Title, &["Chức vụ", "Chức danh", "Vị trí việc làm", "Job title", "Title"]),
    (Column::Roles, &["Vai trò", "Quyền", "Nhóm quyền", "Role", "Roles"]),
    (
        Column::Email,
        &[
            "Thư điện tử công vụ",
            "Thư điện tử",
            "Thư công vụ",
            "Địa chỉ thư",
            "Địa chỉ thư điện tử",
            "Hộp thư",
            "Email",
            "E-mail",
            "Email công vụ",
            "Mail",
            "Primary email",
        ],
    ),
    (Column::Phone, &["Số điện thoại", "Điện thoại", "Di động", "Số di động", "SĐT", "Phone", "Mobile"]),
    (Column::Active, &["Trạng thái", "Tình trạng", "Trạng thái tài khoản", "Status", "Account status"]),
    (Column::Kind, &["Loại", "Kind"]),
    (Column::Identifier, &["Số sê-ri", "Serial", "Số hiệu chứng thư số", "Số chứng thư", "Mã", "Identifier"]),
    (
        Column::ValidUntil,
        &["Hết hạn", "Ngày hết hạn", "Có hiệu lực đến", "Hiệu lực đến", "Hạn dùng", "Valid until", "Expires"],
    ),
];

/// Roles as offices call them.
const ROLES: &[(Role, &[&str])] = &[
    (Role::Clerk, &["Văn thư", "Chuyên viên", "Cán bộ", "Người lập hồ sơ", "Công chức"]),
    (Role::DeskOfficer, &["Một cửa", "Cán bộ một cửa", "Tiếp nhận", "Cán bộ tiếp nhận", "Tiếp nhận và trả kết quả"]),
    (Role::HandlingOfficer, &["Thụ lý", "Cán bộ thụ lý", "Xử lý", "Cán bộ xử lý", "Người thụ lý"]),
    (Role::Leader, &["Lãnh đạo", "Lãnh đạo phòng", "Lãnh đạo đơn vị", "Thủ trưởng"]),
    (Role::Inspector, &["Thanh tra", "Kiểm tra", "Giám sát", "Kiểm soát thủ tục hành chính"]),
    (Role::Helper, &["Hỗ trợ", "Tình nguyện viên", "Người hướng dẫn", "Hướng dẫn", "Đoàn viên"]),
    (Role::Administrator, &["Quản trị", "Quản trị viên", "Quản trị hệ thống"]),
];

/// What a cell says of whether somebody may sign in.
const ACTIVE: &[(bool, &[&str])] = &[
    (true, &["Hoạt động", "Đang hoạt động", "Đang làm việc", "Mở", "Active", "Enabled"]),
    (false, &["Khóa", "Đã khóa", "Ngừng hoạt động", "Nghỉ việc", "Disabled", "Inactive", "Suspended"]),
];

/// A heading without what does not matter: signs, case, marks, a star for what must be filled in.
fn bare(text: &str) -> String {
    let words = fold(text).replace(|c: char| !c.is_alphanumeric(), " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where in a row of headings each column stands; of two that say the same, the first.
pub fn columns(line: &Line) -> BTreeMap<Column, usize> {
    let mut found = BTreeMap::new();
    for (at, cell) in line.cells.iter().enumerate() {
        let cell = bare(cell);
        let said = HEADINGS.iter().find(|(_, names)| names.iter().any(|name| bare(name) == cell));
        if let Some((column, _)) = said {
            found.entry(*column).or_insert(at);
        }
    }
    found
}

/// The roles a cell names, separated by comma, semicolon, plus or line.
///
/// # Errors
/// The first that is none.
pub fn roles(cell: &str) -> Result<BTreeSet<Role>, String> {
    let names = cell.split([',', ';', '+', '\n']).map(str::trim).filter(|name| !name.is_empty());
    let role = |name: &str| {
        let wanted = bare(name);
        let known = ROLES.iter().find(|(_, names)| names.iter().any(|known| bare(known) == wanted));
        known.map(|(role, _)| *role).or_else(|| name.parse().ok()).ok_or_else(|| name.to_owned())
    };
    names.map(role).collect()
}

/// Whether a cell says that somebody may sign in, or may not; `None`: something else.
pub fn active(cell: &str) -> Option<bool> {
    let wanted = bare(cell);
    ACTIVE.iter().find(|(_, names)| names.iter().any(|name| bare(name) == wanted)).map(|(active, _)| *active)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_roles_are_known_however_they_are_written() {
        let cells = ["STT", "HỌ VÀ TÊN (*)", "Ho ten", "Email công vụ", "SĐT", "Vai trò:"].map(String::from).to_vec();
        let found = columns(&Line { number: 1, cells });
        let expected = [(Column::Name, 1), (Column::Email, 3), (Column::Phone, 4), (Column::Roles, 5)];
        assert_eq!(found, expected.into());
        assert_eq!(roles("Lãnh đạo; văn thư"), Ok([Role::Clerk, Role::Leader].into()));
        assert_eq!(roles("desk_officer"), Ok([Role::DeskOfficer].into()));
        assert_eq!(roles("Văn thư, Bảo vệ"), Err("Bảo vệ".into()));
        assert_eq!((active("ĐÃ KHOÁ"), active("hoạt động"), active("?")), (Some(false), Some(true), None));
    }

    #[test]
    fn no_heading_means_two_things() {
        let mut all: Vec<String> = HEADINGS.iter().flat_map(|(_, names)| names.iter().map(|name| bare(name))).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
