//! Working time by itself: from when, until when and how long, without a limit.

use super::{Count, LONGEST_HOURS, LocalMoment, ReceptionHours, TimeOfDay, Uncountable};
use crate::calendar::Calendar;

/// From when something received at `received` counts: the moment itself, or the next opening.
pub fn counts_from(
    received: LocalMoment,
    cutoff: Option<TimeOfDay>,
    calendar: &Calendar,
    hours: &ReceptionHours,
) -> Result<LocalMoment, Uncountable> {
    Count { calendar, hours, pauses: &[], trace: vec![] }.effective_reception(received, cutoff)
}

/// Until when what was received has to be handed on: the same working day, or the next working morning when it came after the
/// cut-off (Decree 61/2018, article 18.2).
pub fn forward_by(
    received: LocalMoment,
    cutoff: TimeOfDay,
    calendar: &Calendar,
    hours: &ReceptionHours,
) -> Result<LocalMoment, Uncountable> {
    let count = Count { calendar, hours, pauses: &[], trace: vec![] };
    let open = hours.working(received.date, calendar);
    if received.time <= cutoff && open.last().is_some_and(|last| received.time <= last.to) {
        return count.closing(received.date);
    }
    let date = count.opening_after(received.date)?.date;
    let morning = hours.working(date, calendar).first().map(|open| open.to);
    Ok(LocalMoment { date, time: morning.ok_or(Uncountable::NoWorkingTime)? })
}

/// The moment `minutes` of working time after `from`.
pub fn after_working_minutes(
    from: LocalMoment,
    minutes: u32,
    calendar: &Calendar,
    hours: &ReceptionHours,
) -> Result<LocalMoment, Uncountable> {
    if minutes > LONGEST_HOURS * 60 {
        return Err(Uncountable::TooLong);
    }
    Count { calendar, hours, pauses: &[], trace: vec![] }.minutes_later(from, minutes)
}

/// Working minutes from `from` to `to`; as many below 0 when `to` lies before.
pub fn working_minutes_between(from: LocalMoment, to: LocalMoment, calendar: &Calendar, hours: &ReceptionHours) -> i64 {
    if to < from {
        return -working_minutes_between(to, from, calendar, hours);
    }
    let days = (0..=from.date.days_until(to.date)).filter_map(|n| from.date.plus_days(n));
    let minutes = days.flat_map(|day| {
        let first = if day == from.date { from.time } else { TimeOfDay(0) };
        let last = if day == to.date { to.time } else { TimeOfDay(24 * 60) };
        let open = hours.working(day, calendar).into_iter();
        open.map(move |open| i64::from(open.to.min(last).0.saturating_sub(open.from.max(first).0)))
    });
    minutes.sum()
}
