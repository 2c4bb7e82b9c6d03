//! Who may import whom. A new arrow is a commit of its own, with its reason in the message.

/// A crate and the crates of ours it may import.
pub const CRATES: &[(&str, &[&str])] = &[
    ("xmpp", &[]),
    ("stream", &["xmpp"]),
    ("client", &["stream", "xmpp"]),
    ("store", &[]),
    ("features", &["store", "xmpp"]),
    ("hub", &["features", "store", "xmpp"]),
    ("net", &["hub", "stream", "xmpp"]),
    ("web", &["features", "hub", "store", "xmpp"]),
    ("folkmoot", &["xmpp", "stream", "client", "store", "features", "hub", "net", "web"]),
    ("testkit", &["xmpp", "stream", "client", "store", "features", "hub", "net", "web"]),
    ("bench", &["testkit", "xmpp"]),
    ("xtask", &[]),
];

/// One feature that imports another.
pub struct Need {
    /// The folder that imports.
    pub from: &'static str,
    /// The folder it imports.
    pub to: &'static str,
    /// Why that is not a matter for the trunk.
    pub why: &'static str,
}

/// Arrows between features. The trunk (the files beside the folders) may be imported by all.
pub const FEATURES: &[Need] = &[
    Need { from: "admin", to: "announce", why: "administrators say what the service says" },
    Need { from: "admin", to: "invitations", why: "an order may be to invite somebody" },
    Need { from: "admin", to: "terms", why: "administrators decide with which services theirs talks" },
    Need { from: "archive", to: "roster", why: "an account may want kept what its contacts send" },
    Need { from: "archive", to: "stanza_ids", why: "what is kept is named by a stanza id" },
    Need { from: "caps", to: "roster", why: "only devices that exchange presence with the account are kept in mind" },
    Need { from: "avatars", to: "presence", why: "who sees a person's presence is told that the picture has changed" },
    Need { from: "avatars", to: "pubsub", why: "a picture is an item of a node, whatever a client sees it as" },
    Need { from: "bookmarks", to: "pubsub", why: "bookmarks are items of a node, whatever a client sees them as" },
    Need { from: "blocking", to: "reports", why: "a report comes inside a block, and commits with it" },
    Need { from: "blocking", to: "roster", why: "who is subscribed sees a blocking account go and come back" },
    Need { from: "carbons", to: "archive", why: "both wrap an original and show its type the same way" },
    Need {
        from: "commands",
        to: "admin",
        why: "what people order for themselves is carried out like what administrators do",
    },
    Need { from: "commands", to: "invitations", why: "people invite others by a command" },
    Need { from: "commands", to: "roster", why: "a command may show contacts" },
    Need { from: "component", to: "blocking", why: "nothing goes to whom a person blocked, in their name either" },
    Need {
        from: "component",
        to: "federation",
        why: "the domain of a component has an owner like that of another service",
    },
    Need { from: "component", to: "presence", why: "a contact that a component brings sees the person at once" },
    Need {
        from: "component",
        to: "roster",
        why: "components that may change a contact list change it as its person does",
    },
    Need { from: "disco", to: "commands", why: "commands are found by discovery" },
    Need { from: "disco", to: "contact", why: "what a service says of itself holds how to reach who runs it" },
    Need { from: "disco", to: "presence", why: "only who may see an account's presence learns what it is" },
    Need {
        from: "disco",
        to: "roster",
        why: "what streams offer after login is one answer: caps and what the roster can do",
    },
    Need { from: "disco", to: "pubsub", why: "what an account has, in the sense of discovery, is its nodes" },
    Need { from: "displayed", to: "pubsub", why: "how far a chat was displayed is an item of a node" },
    Need { from: "federation", to: "terms", why: "what goes to another domain goes there on terms" },
    Need { from: "login", to: "archive", why: "an account is read and erased as a whole, its archive with it" },
    Need { from: "login", to: "offline", why: "an account is read as a whole, and with it how far it has come" },
    Need { from: "login", to: "push", why: "an account is read as a whole, and a client's push dies with its tokens" },
    Need { from: "login", to: "avatars", why: "an account is read as a whole, and with it which picture is shown" },
    Need { from: "login", to: "caps", why: "an account that was just read knows of no devices yet" },
    Need { from: "login", to: "pubsub", why: "an account is read as a whole, its nodes with it" },
    Need { from: "login", to: "roster", why: "an account is read as a whole, its contacts with it" },
    Need { from: "messages", to: "offline", why: "what reaches nobody waits there" },
    Need {
        from: "offline",
        to: "carbons",
        why: "a copy that came while a client caught up has its place among the rest",
    },
    Need { from: "offline", to: "archive", why: "what waits is a view of the archive" },
    Need { from: "offline", to: "stanza_ids", why: "what is given again is named as it was in the archive" },
    Need { from: "presence", to: "invitations", why: "a request for presence may bring an invitation along" },
    Need { from: "presence", to: "roster", why: "who is subscribed to whom decides who sees what" },
    Need { from: "private", to: "bookmarks", why: "the list of bookmarks may be asked for like private storage" },
    Need {
        from: "private",
        to: "pubsub",
        why: "what is kept in private is kept, counted and erased like items of nodes",
    },
    Need { from: "pubsub", to: "caps", why: "a device says in its capabilities which nodes it wants to know of" },
    Need { from: "pubsub", to: "presence", why: "who may see the presence may see most nodes" },
    Need { from: "pubsub", to: "roster", why: "a node may be for some groups of contacts" },
    Need { from: "login", to: "blocking", why: "an account is read as a whole, its block list with it" },
    Need { from: "staff", to: "invitations", why: "the link of the first owner carries a token like an invitation's" },
    Need { from: "reports", to: "archive", why: "what is reported are messages, and the archive has them" },
    Need {
        from: "login",
        to: "resume",
        why: "whoever gets another password from somebody else has no session any more",
    },
    Need { from: "resume", to: "caps", why: "what a device wants to be told of is kept with its session" },
    Need { from: "resume", to: "offline", why: "how far a client has come is kept with its session" },
    Need {
        from: "resume",
        to: "presence",
        why: "a session that is read again has the priority that its presence says",
    },
    Need { from: "resume", to: "roster", why: "contacts know again what a device wants to be told of" },
    Need {
        from: "retraction",
        to: "archive",
        why: "what is retracted lies in the archive, and so does the retraction",
    },
    Need { from: "registration", to: "invitations", why: "an invitation lets somebody in, and is used up by it" },
    Need { from: "retraction", to: "offline", why: "what is retracted may still wait, in no archive" },
    Need { from: "registration", to: "login", why: "signing up makes what logging in reads" },
    Need {
        from: "rooms",
        to: "archive",
        why: "what is said in a room lies in an archive, and is asked for like an account's",
    },
    Need { from: "rooms", to: "avatars", why: "the picture of a room is named like that of a person" },
    Need { from: "rooms", to: "bookmarks", why: "newcomers find rooms among their bookmarks" },
    Need { from: "rooms", to: "disco", why: "what a room can do is put together like what others can" },
    Need { from: "disco", to: "upload", why: "how large a file may be is part of what a service says of itself" },
    Need { from: "upload", to: "login", why: "files are for accounts that may log in" },
    Need { from: "vcard", to: "avatars", why: "the picture on a card is the one that is shown everywhere" },
];
