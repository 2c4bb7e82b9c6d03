//! How many people use the service, counted so that it tells of nobody.

use crate::Fault;
use store::Store;

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;
/// Fewer are not told apart: one more or less would be somebody.
const FEW: u64 = 10;

/// How many accounts there are, and how many of them logged in of late. Somebody who stays logged in for longer
/// than the time in question is counted at the last login.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// All that have a name.
    pub accounts: u64,
    /// Logged in today or yesterday.
    pub day: u64,
    /// In the last 7 days.
    pub week: u64,
    /// In the last 30 days.
    pub month: u64,
    /// In the last 180 days.
    pub half_year: u64,
}

/// A number that is told to everybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounded {
    /// Fewer than ten.
    Few,
    /// About as many: two digits of it are right.
    About(u64),
}

impl Rounded {
    /// What everybody may know of a number.
    pub fn of(number: u64) -> Rounded {
        if number < FEW {
            return Rounded::Few;
        }
        let unit = 10_u64.pow(number.ilog10() - 1);
        Rounded::About((number + unit / 2) / unit * unit)
    }

    /// As a number, where a format has nothing else.
    pub fn number(self) -> u64 {
        match self {
            Rounded::Few => 0,
            Rounded::About(number) => number,
        }
    }
}

/// Counts, as of `now`.
///
/// # Errors
/// When the store says no.
pub async fn usage(store: &Store, now: i64) -> Result<Usage, Fault> {
    let sql = "SELECT COUNT(*), \
               COUNT(CASE WHEN last_login_day >= ?1 - 1 THEN 1 END), \
               COUNT(CASE WHEN last_login_day > ?1 - 7 THEN 1 END), \
               COUNT(CASE WHEN last_login_day > ?1 - 30 THEN 1 END), \
               COUNT(CASE WHEN last_login_day > ?1 - 180 THEN 1 END) \
               FROM account WHERE state IN ('active', 'disabled')";
    let rows = store.query(sql, vec![now.div_euclid(DAY_MICROS).into()]).await?;
    let Some(row) = rows.first() else { return Ok(Usage::default()) };
    let count = |column| row.int(column).map(|count| u64::try_from(count).unwrap_or(0));
    Ok(Usage { accounts: count(0)?, day: count(1)?, week: count(2)?, month: count(3)?, half_year: count(4)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_right_and_few_stay_few() {
        assert_eq!(Rounded::of(9), Rounded::Few);
        for (number, told) in [(10, 10), (99, 99), (123, 120), (125, 130), (1_049, 1_000), (98_765, 99_000)] {
            assert_eq!(Rounded::of(number), Rounded::About(told), "{number}");
        }
        assert_eq!(Rounded::of(999), Rounded::About(1_000));
    }
}
