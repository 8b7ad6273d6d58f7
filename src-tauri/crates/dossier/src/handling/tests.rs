//! A dossier at an office: what people do with it, on real procedures and the shipped calendar.

mod apologies;
mod clocks;
mod looks;
mod refusals;
mod walks;
mod ways;

use super::*;
use crate::{
    Digest, EventId,
    calendar::CalendarYear,
    event::{HandOver, Skipped, SupplementItem},
    procedure::{Channel, TimeUnit},
    profile::OnSupplement,
};
use uuid::Uuid;

/// Viet Nam.
const ZONE: i16 = 420;

/// What an agency goes by.
struct Office {
    procedure: Procedure,
    limit: Option<TimeLimit>,
    profile: LegalProfile,
    calendar: Calendar,
    hours: ReceptionHours,
}

impl Office {
    /// NB-07: three working days, four steps of 2, 15, 5 and 2 hours.
    fn new() -> Self {
        let procedure = Procedure::from_json(include_str!("../../../../data/procedures/nb-07.json")).unwrap();
        let limit = procedure.time_limit.resolve(&Answers::default()).cloned();
        let profile = LegalProfile::from_json(include_str!("../../../../data/profiles/one-stop-2025.json")).unwrap();
        let years =
            [include_str!("../../../../data/calendar/2026.json"), include_str!("../../../../data/calendar/2027.json")];
        let calendar = years.iter().map(|json| CalendarYear::from_json(json).unwrap()).collect();
        Self { procedure, limit, profile, calendar, hours: ReceptionHours::default() }
    }

    fn with_limit(n: u32, unit: TimeUnit) -> Self {
        Self { limit: Some(TimeLimit::of(n, unit)), ..Self::new() }
    }

    /// The applicant's time is taken out instead of counting again from zero.
    fn pausing(mut self) -> Self {
        self.profile.on_supplement = OnSupplement::Pause;
        self
    }

    fn rules(&self) -> Rules<'_> {
        let none = Answers::default();
        let new = Rules::new(&self.procedure, &none, &self.profile, &self.calendar, &self.hours, ZONE);
        Rules { limit: self.limit.as_ref(), ..new }
    }

    /// A dossier that arrived at `at`, as `20/11/2026 09:00`.
    fn receives(&self, at: &str) -> Case<'_> {
        let code = "H06.16-20261120-0001".parse().unwrap();
        let first = event(
            1,
            instant(at),
            "",
            Deed {
                what: EventKind::Received { code, manifest: Digest([1; 32]) },
                note: String::new(),
                automatic: true,
            },
        );
        let handling = Handling::of(&[first], &self.rules()).unwrap();
        Case { office: self, handling }
    }
}

/// One dossier at the office.
struct Case<'o> {
    office: &'o Office,
    handling: Handling,
}

impl Case<'_> {
    /// Judges and, where it may be, stores.
    fn asks(&mut self, at: &str, who: &Actor, act: Act) -> Result<(), Refusal> {
        let rules = self.office.rules();
        let deeds = self.handling.judge(&act, who, self.handling.seq, instant(at), &rules)?;
        assert!(!deeds.is_empty());
        for deed in deeds {
            self.handling
                .follow(&event(self.handling.seq + 1, instant(at), who.name().unwrap_or("Hệ thống"), deed), &rules)
                .unwrap();
        }
        assert_eq!(Handling::of(&self.handling.events, &rules).as_ref(), Ok(&self.handling), "folds to the same again");
        Ok(())
    }

    fn does(&mut self, at: &str, who: &Actor, act: Act) -> &mut Self {
        let asked = format!("{act:?}");
        self.asks(at, who, act).unwrap_or_else(|refusal| panic!("{asked} at {at}: {refusal:?}"));
        self
    }

    /// Stores what no act makes.
    fn happens(&mut self, at: &str, what: EventKind) -> &mut Self {
        let deed = Deed { what, note: String::new(), automatic: false };
        self.handling.follow(&event(self.handling.seq + 1, instant(at), "Sở", deed), &self.office.rules()).unwrap();
        self
    }

    fn due(&self) -> Option<String> {
        self.handling.clock.due.map(shown)
    }

    fn standing(&self, now: &str) -> Standing {
        self.handling.standing(moment(now), &self.office.rules())
    }
}

fn event(seq: u64, at: Timestamp, by: &str, deed: Deed) -> Event {
    Event {
        id: EventId(Uuid::from_u128(seq.into())),
        dossier: DossierId(Uuid::from_u128(7)),
        seq,
        happened_at: at,
        entered_at: at,
        by: by.into(),
        device: None,
        automatic: deed.automatic,
        note: deed.note,
        what: deed.what,
    }
}

/// `20/11/2026 09:00` on the agency's clock.
fn moment(text: &str) -> LocalMoment {
    let (date, time) = text.split_once(' ').unwrap();
    LocalMoment { date: day(date), time: time.parse().unwrap() }
}

fn instant(text: &str) -> Timestamp {
    let LocalMoment { date, time } = moment(text);
    format!("{date}T{time}:00+07:00").parse().unwrap()
}

fn day(text: &str) -> crate::Date {
    crate::Date::from_typed(text, "2026-11-21".parse().unwrap()).unwrap()
}

fn shown(at: LocalMoment) -> String {
    format!("{} {}", at.date.shown(), at.time)
}

fn person(name: &str, id: u128, roles: &[Role]) -> Actor {
    let account = Some(AccountId(Uuid::from_u128(id)));
    Actor::Person { name: name.into(), account, roles: roles.iter().copied().collect() }
}

fn desk() -> Actor {
    person("Lê Thị Mai", 1, &[Role::DeskOfficer])
}

fn officer() -> Actor {
    person("Trần Văn Ất", 2, &[Role::HandlingOfficer])
}

fn leader() -> Actor {
    person("Phạm Thị Bình", 3, &[Role::Leader])
}

fn inspector() -> Actor {
    person("Hoàng Văn Chín", 4, &[Role::Inspector])
}

/// Whoever of the unit has the role.
fn unit() -> Holder {
    Holder { name: "Phòng Quản lý ngân sách".into(), account: None }
}

fn holder_of(actor: &Actor) -> Holder {
    match actor {
        Actor::Person { name, account, .. } => Holder { name: name.clone(), account: *account },
        _ => unit(),
    }
}

fn forward(step: u32) -> Act {
    Act::Forward { to: unit(), step: Some(step), skipping: vec![] }
}

fn supplement(why_again: &str) -> Act {
    let item = |component: Option<&str>, reason: &str| SupplementItem {
        component: component.map(Into::into),
        reason: reason.into(),
    };
    let items = vec![item(Some("NB-07.01"), "Thiếu chữ ký"), item(None, "Sai mã chương")];
    Act::RequestSupplement { items, answer_until: None, why_again: why_again.into() }
}

fn brought() -> Act {
    Act::TakeSupplement { manifest: Digest([2; 32]) }
}

fn finish() -> Act {
    Act::Finish {
        number: "12/GCN-STC".into(),
        summary: "Giấy chứng nhận mã số".into(),
        file: Some(Digest([3; 32])),
        channel: Channel::Online,
        skipping: vec![],
    }
}

fn reason() -> String {
    "Hồ sơ cần xác minh".into()
}
