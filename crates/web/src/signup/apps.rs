//! Clients that people without one are shown: free software that is looked after, speaks what this service speaks,
//! and takes the link of an invitation.

/// A client.
pub struct App {
    /// Its name.
    pub name: &'static str,
    /// Where it runs.
    pub runs_on: &'static str,
    /// Where it is had.
    pub url: &'static str,
}

/// For phones first.
pub const APPS: &[App] = &[
    App { name: "Conversations", runs_on: "Android", url: "https://conversations.im/" },
    App { name: "Cheogram", runs_on: "Android", url: "https://cheogram.com/android/" },
    App { name: "Monal", runs_on: "iPhone, iPad, Mac", url: "https://monal-im.org/" },
    App { name: "Siskin IM", runs_on: "iPhone, iPad", url: "https://siskin.im/" },
    App { name: "Dino", runs_on: "Linux", url: "https://dino.im/" },
    App { name: "Gajim", runs_on: "Windows, Linux, Mac", url: "https://gajim.org/" },
];
