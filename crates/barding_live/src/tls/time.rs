//! Moments in UTC, written as `2026-11-23T00:00:00Z` in facts.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A moment, in seconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(pub i64);

const DAY: i64 = 86_400;

impl Time {
    /// The moment a calendar names; `None` when there is no such day or hour.
    pub fn new(year: i64, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        // A leap second is written as 60; it is the first of the next minute here.
        if !(0..=9999).contains(&year) || day == 0 || day > days || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let since_march = i64::from((month + 9) % 12);
        let year = if month <= 2 { year - 1 } else { year };
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * since_march + 2) / 5 + i64::from(day) - 1;
        let days =
            era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
        Some(Self(days * DAY + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)))
    }

    /// Now, by this machine's clock.
    pub fn now() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self(since.map_or(0, |since| since.as_secs() as i64))
    }

    /// Whole days from here to `later`; negative when `later` has passed.
    pub fn days_until(self, later: Time) -> i64 {
        (later.0.saturating_sub(self.0)).div_euclid(DAY)
    }

    /// This moment and some days.
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// The day alone: `2026-11-23`.
    pub fn date(self) -> String {
        self.to_string()[..10].to_owned()
    }

    fn civil(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(DAY) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let since_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * since_march + 2) / 5 + 1;
        let month = if since_march < 10 { since_march + 3 } else { since_march - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        let second = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Time {
    type Err = String;

    /// Reads `2026-11-23` or `2026-11-23T12:00:00Z`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a date such as 2026-11-23T12:00:00Z");
        let mut numbers = Vec::new();
        for part in text.trim_end_matches('Z').split(['-', 'T', ':']) {
            numbers.push(part.parse::<u32>().map_err(|_| wrong())?);
        }
        let time = match numbers[..] {
            [year, month, day] => Self::new(year.into(), month, day, 0, 0, 0),
            [year, month, day, hour, minute, second] => {
                Self::new(year.into(), month, day, hour, minute, second)
            }
            _ => None,
        };
        time.ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days() {
        assert_eq!(Time::new(1970, 1, 1, 0, 0, 0), Some(Time(0)));
        assert_eq!("2026-11-23T13:00:00Z".parse(), Ok(Time(1_795_438_800)));
        assert_eq!(Time(951_782_400).to_string(), "2000-02-29T00:00:00Z");
        assert_eq!(Time::new(2023, 2, 29, 0, 0, 0), None);
        assert_eq!(Time::new(2023, 13, 1, 0, 0, 0), None);
    }

    proptest! {
        #[test]
        fn writing_and_reading_agree(seconds in 0i64..250_000_000_000) {
            prop_assert_eq!(Time(seconds).to_string().parse::<Time>(), Ok(Time(seconds)));
        }
    }
}
