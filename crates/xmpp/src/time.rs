//! Dates on the wire (XEP-0082): microseconds since 1970 (UTC) in, text out, and back.

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;

const SECOND_MICROS: i64 = 1_000_000;

/// The moment in the DateTime profile (XEP-0082 §3.2), in UTC, to the microsecond: whoever sends
/// it back as a bound means exactly that moment. Years beyond 9999 become the last second of 9999.
pub fn write(micros: i64) -> String {
    // The year 9999 ends here; the profile has no room for more.
    const LAST: i64 = 253_402_300_799;
    let seconds = micros.div_euclid(SECOND_MICROS).clamp(0, LAST);
    let fraction = micros.rem_euclid(SECOND_MICROS);
    let moment = OffsetDateTime::from_unix_timestamp(seconds).expect("the bounds lie within the calendar");
    let (date, time) = (moment.date(), moment.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{fraction:06}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// Reads a DateTime (XEP-0082 §3.2): any offset from UTC, any number of digits behind the point, of
/// which those beyond the microsecond are cut off. None if it is not one.
pub fn parse(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        for micros in [0, 1, 1_764_034_035_123_456, 253_402_300_799_999_999] {
            assert_eq!(parse(&write(micros)), Some(micros));
        }
        assert_eq!(write(1_000_000), "1970-01-01T00:00:01.000000Z");
    }

    /// The examples of XEP-0082 §3.2.
    #[test]
    fn offsets_are_taken_into_account() {
        assert_eq!(parse("1969-07-21T02:56:15Z"), parse("1969-07-20T21:56:15-05:00"));
        assert_eq!(parse("2010-06-07T00:00:00.5Z"), parse("2010-06-07T00:00:00.500000Z"));
        assert_eq!(parse("2010-06-07"), None);
        assert_eq!(parse("2010-06-07T00:00:00"), None);
        assert_eq!(parse("yesterday"), None);
    }
}
