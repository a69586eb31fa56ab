//! The release series of Django that this program knows, and how long each is supported.

use std::fmt;

/// A release series of Django, oldest first, so that `<` means "older than".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Series {
    V1_11,
    V2_0,
    V2_1,
    V2_2,
    V3_0,
    V3_1,
    V3_2,
    V4_0,
    V4_1,
    V4_2,
    V5_0,
    V5_1,
    V5_2,
    V6_0,
    V6_1,
}

struct Row {
    name: &'static str,
    released: &'static str,
    end_of_life: &'static str,
    lts: bool,
    latest_patch: u32,
}

const fn row(
    name: &'static str,
    released: &'static str,
    end_of_life: &'static str,
    lts: bool,
    latest_patch: u32,
) -> Row {
    Row { name, released, end_of_life, lts, latest_patch }
}

/// One row per series in the order of the enum. Of the last three only the month of the end is official.
const ROWS: [Row; 15] = [
    row("1.11", "2017-04-04", "2020-04-01", true, 29),
    row("2.0", "2017-12-02", "2019-04-01", false, 13),
    row("2.1", "2018-08-01", "2019-12-02", false, 15),
    row("2.2", "2019-04-01", "2022-04-11", true, 28),
    row("3.0", "2019-12-02", "2021-04-06", false, 14),
    row("3.1", "2020-08-04", "2021-12-07", false, 14),
    row("3.2", "2021-04-06", "2024-04-01", true, 25),
    row("4.0", "2021-12-07", "2023-04-01", false, 10),
    row("4.1", "2022-08-03", "2023-12-01", false, 13),
    row("4.2", "2023-04-03", "2026-04-07", true, 30),
    row("5.0", "2023-12-04", "2025-04-02", false, 14),
    row("5.1", "2024-08-07", "2025-12-03", false, 15),
    row("5.2", "2025-04-02", "2028-04-30", true, 19),
    row("6.0", "2025-12-03", "2027-04-30", false, 10),
    row("6.1", "2026-08-05", "2027-12-31", false, 3),
];

impl Series {
    /// Every series, oldest first.
    pub const ALL: [Series; 15] = [
        Series::V1_11,
        Series::V2_0,
        Series::V2_1,
        Series::V2_2,
        Series::V3_0,
        Series::V3_1,
        Series::V3_2,
        Series::V4_0,
        Series::V4_1,
        Series::V4_2,
        Series::V5_0,
        Series::V5_1,
        Series::V5_2,
        Series::V6_0,
        Series::V6_1,
    ];

    /// The oldest series that is known.
    pub const OLDEST: Series = Series::ALL[0];

    /// The newest series that is known.
    pub const NEWEST: Series = Series::ALL[Series::ALL.len() - 1];

    /// As people write it: `4.2`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The series of that name, `4.2`.
    pub fn named(name: &str) -> Option<Series> {
        Series::ALL.into_iter().find(|series| series.name() == name)
    }

    /// The day it came out, `2023-04-03`.
    pub fn released(self) -> &'static str {
        self.row().released
    }

    /// The last day with security fixes, `2026-04-07`. A day still to come may move within its month.
    pub fn end_of_life(self) -> &'static str {
        self.row().end_of_life
    }

    /// Whether it has long-term support.
    pub fn is_lts(self) -> bool {
        self.row().lts
    }

    /// The last number of its newest release that is known: 30 for 4.2.30.
    pub fn latest_patch(self) -> u32 {
        self.row().latest_patch
    }

    /// The series of a release, and whether it is one of those known. Releases newer than the newest known series
    /// count as that one, older ones as the oldest: the nearest that can be judged.
    pub fn of_release(major: u32, minor: u32) -> (Series, bool) {
        let wanted = (major, minor);
        match Series::ALL.into_iter().rev().find(|series| series.numbers() <= wanted) {
            Some(series) => (series, series.numbers() == wanted),
            None => (Series::OLDEST, false),
        }
    }

    /// Its two numbers.
    pub fn numbers(self) -> (u32, u32) {
        let (major, minor) = self.name().split_once('.').unwrap_or((self.name(), "0"));
        (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }
}

impl fmt::Display for Series {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_enum() {
        for (at, series) in Series::ALL.into_iter().enumerate() {
            assert_eq!(series as usize, at);
            assert_eq!(Series::named(series.name()), Some(series));
            assert!(series.released() < series.end_of_life(), "{series}");
        }
        assert!(Series::ALL.windows(2).all(|pair| pair[0].numbers() < pair[1].numbers()));
        assert_eq!(Series::V3_2.numbers(), (3, 2));
        assert_eq!(Series::V1_11.numbers(), (1, 11));
    }

    #[test]
    fn releases_outside_the_known_series_count_as_the_nearest() {
        assert_eq!(Series::of_release(4, 2), (Series::V4_2, true));
        assert_eq!(Series::of_release(1, 8), (Series::V1_11, false));
        assert_eq!(Series::of_release(6, 2), (Series::V6_1, false));
        assert_eq!(Series::of_release(2028, 0), (Series::V6_1, false));
    }
}
