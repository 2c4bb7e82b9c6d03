//! `[upload]`: how long files are kept, and where they are.

use super::low::LowUpload;
use super::problem::Reading;
use super::read_url;
use net::WebUrl;
use toml::Spanned;

/// Days of a file unless configured.
const DAYS: u32 = 30;
/// Days of a file for a profile unless configured.
const PROFILE_DAYS: u32 = 365;
/// Ten years: whoever wants more wants no limit, and a disk has one.
const DAYS_MAX: u32 = 3_650;

/// What is said of files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upload {
    /// How long they are kept, in days.
    pub days: u32,
    /// How long those for profiles are kept, in days.
    pub profile_days: u32,
    /// Under which address browsers reach them.
    pub url: WebUrl,
}

/// `web` is where browsers reach everything else.
pub(super) fn read(low: &LowUpload, web: &WebUrl, reading: &mut Reading<'_>) -> Upload {
    Upload {
        days: read_days(low.days.as_ref(), DAYS, reading),
        profile_days: read_days(low.profile_days.as_ref(), PROFILE_DAYS, reading),
        url: read_url(low.url.as_ref(), || web.clone(), reading),
    }
}

fn read_days(low: Option<&Spanned<u32>>, usual: u32, reading: &mut Reading<'_>) -> u32 {
    let Some(low) = low else { return usual };
    let days = *low.get_ref();
    if (1..=DAYS_MAX).contains(&days) {
        return days;
    }
    let advice = match days {
        0 => "To take no files, set `upload = false` under `[services]`.".to_owned(),
        _ => format!("The most is {DAYS_MAX}, ten years."),
    };
    reading.note(low.span(), format!("files of {days} days"), advice);
    usual
}

impl Upload {
    /// As it could have been written.
    pub(super) fn to_low(&self) -> LowUpload {
        LowUpload {
            days: Some(Spanned::new(0..0, self.days)),
            profile_days: Some(Spanned::new(0..0, self.profile_days)),
            url: Some(Spanned::new(0..0, self.url.to_string())),
        }
    }
}
