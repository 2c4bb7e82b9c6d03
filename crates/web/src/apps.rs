//! Apps that people begin with. It is part of the program, so that somebody can join when the sites of others are down.

/// An app for XMPP.
pub(crate) struct App {
    pub(crate) name: &'static str,
    pub(crate) link: &'static str,
    /// The key of the words that say where it runs.
    pub(crate) runs_on: &'static str,
}

/// One or two for each kind of machine; who wants more finds the list of JoinJabber below them.
pub(crate) const APPS: &[App] = &[
    App { name: "Conversations", link: "https://conversations.im/", runs_on: "app-android" },
    App { name: "Monal", link: "https://monal-im.org/", runs_on: "app-apple" },
    App { name: "Dino", link: "https://dino.im/", runs_on: "app-linux" },
    App { name: "Gajim", link: "https://gajim.org/", runs_on: "app-desktop" },
];
