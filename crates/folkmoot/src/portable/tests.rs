//! Accounts come in whole, go out whole, and are the same elsewhere.

use super::{export, import};
use crate::arguments::{ExportCommand, ImportCommand, Origin};
use crate::config::{Config, Network};
use std::path::{Path, PathBuf};
use xmpp::time;

const DAY: i64 = 86_400_000_000;

/// A service of its own.
struct Place {
    folder: tempfile::TempDir,
    config: Config,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::load(None, Network::V4).unwrap();
        config.data = folder.path().join("data");
        Place { folder, config }
    }

    fn file(&self, name: &str, text: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn import(&self, path: &Path) -> Result<(), String> {
        self.import_from(Origin::Xep0227, path)
    }

    fn import_from(&self, from: Origin, path: &Path) -> Result<(), String> {
        let command = ImportCommand { path: path.into(), from, dry_run: false, each: true };
        import(&self.config, &command, false).map_err(|failure| failure.to_string())
    }

    /// Everything, as a file says it.
    fn export(&self) -> String {
        start(&self.config);
        let output = self.folder.path().join("out.xml");
        let _ = std::fs::remove_file(&output);
        let command = ExportCommand { names: vec![], all: true, output: output.clone(), without_keys: false };
        export(&self.config, &command, false).unwrap();
        std::fs::read_to_string(&output).unwrap()
    }
}

/// What a server does at its start.
fn start(config: &Config) {
    let store = crate::data_folder::open(&config.data).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(crate::wire::owners(config, &store)).unwrap();
}

fn ago(days: i64) -> String {
    time::write(hub::Clock::System.now() - days * DAY)
}

/// Ids of archives are each service's own.
fn without_ids(text: &str) -> String {
    const RESULT: &str = "<result xmlns='urn:xmpp:mam:2' id='";
    let mut rest = text;
    let mut out = String::new();
    while let Some(at) = rest.find(RESULT) {
        let (before, after) = rest.split_at(at + RESULT.len());
        out.push_str(before);
        rest = &after[after.find('\'').unwrap()..];
    }
    out + rest
}

fn sample() -> String {
    let stamps = [ago(20), ago(9), ago(9), ago(1)];
    let message = |stamp: &str, from: &str, to: &str, body: &str| {
        format!(
            "<result xmlns='urn:xmpp:mam:2' id='x'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' \
             stamp='{stamp}'/><message xmlns='jabber:client' from='{from}' to='{to}' type='chat' id='m'>\
             <body>{body}</body></message></forwarded></result>"
        )
    };
    let archive = [
        message(&stamps[0], "alice@localhost/a", "bob@localhost", "eins &amp; zwei"),
        message(&stamps[1], "bob@localhost/b", "alice@localhost", "zwei"),
        message(&stamps[2], "alice@localhost/a", "alice@localhost", "note"),
        message(&ago(200), "bob@localhost/b", "alice@localhost", "long ago"),
        message(&stamps[3], "Bob@LOCALHOST/b", "alice@localhost", "drei"),
    ];
    format!(
        "<?xml version='1.0'?><!-- a file --><server-data xmlns='urn:xmpp:pie:0'><host jid='localhost'>\
         <user name='alice' password='secret'>\
         <account xmlns='urn:folkmoot:portable:0' created='2020-02-02T02:02:02.000002Z' last-login='2026-11-01'/>\
         <query xmlns='jabber:iq:roster'><item jid='bob@localhost' name='B &amp; B' subscription='both'><group>G</group>\
         <group>F</group></item><item jid='carol@x.example' subscription='none' ask='subscribe' approved='true'/>\
         <item jid='@@' subscription='both'/></query>\
         <presence xmlns='jabber:client' type='subscribe' from='dave@y.example' id='p'>\
         <nick xmlns='http://jabber.org/protocol/nick'>Dave</nick></presence>\
         <vCard xmlns='vcard-temp'><FN>Alice</FN><PHOTO><BINVAL>QUJD\nREVG</BINVAL></PHOTO></vCard>\
         <blocklist xmlns='urn:xmpp:blocking'><item jid='mallory@z.example'/><item jid='spam.example'/></blocklist>\
         <prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>bob@localhost</jid></always><never/></prefs>\
         <query xmlns='jabber:iq:private'><roster xmlns='a:delimiter'>::</roster><storage xmlns='storage:bookmarks'>\
         <conference jid='r@m.example' name='old'/><conference jid='s@m.example' autojoin='1'><nick>N</nick></conference>\
         <url url='http://x.example'/></storage></query>\
         <pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'><item id='r@m.example'>\
         <conference xmlns='urn:xmpp:bookmarks:1' name='R' xml:lang='de'><nick>A</nick></conference></item></items>\
         <items node='lost'><item id='1'><x xmlns='a:b'/></item></items></pubsub>\
         <pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='urn:xmpp:bookmarks:1'>\
         <x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'>\
         <value>http://jabber.org/protocol/pubsub#node_config</value></field>\
         <field var='pubsub#access_model'><value>whitelist</value></field><field var='pubsub#max_items'><value>max</value>\
         </field><field var='odd#field'><value>1</value></field></x></configure>\
         <configure node='open'><x xmlns='jabber:x:data' type='form'/></configure><affiliations node='open'>\
         <affiliation jid='alice@localhost' affiliation='owner'/><affiliation jid='bob@localhost' affiliation='publisher'/>\
         </affiliations><subscriptions node='open'><subscription jid='eve@y.example/x' subscription='subscribed'/>\
         <subscription jid='fay@y.example' subscription='pending' xmlns:p='urn:folkmoot:portable:0' p:deliver='false'/>\
         </subscriptions></pubsub>\
         <offline-messages><message xmlns='jabber:client' from='bob@localhost/b' to='alice@localhost' type='chat' id='m'>\
         <body>zwei</body><delay xmlns='urn:xmpp:delay' stamp='{2}'/></message>\
         <message xmlns='jabber:client' from='eve@y.example' to='alice@localhost' type='chat' id='o'>\
         <body>waited</body><delay xmlns='urn:xmpp:delay' stamp='{0}'/></message></offline-messages>\
         <archive xmlns='urn:xmpp:pie:0#mam'>{1}</archive>\
         </user><user name='bob'><scram-credentials xmlns='urn:xmpp:pie:0#scram' mechanism='SCRAM-SHA-1'>\
         <iter-count>4096</iter-count><salt>QSXCR+Q6sek8bf92</salt><server-key>D+CSWLOshSulAsxiupA+qs2/fTE=</server-key>\
         <stored-key>6dlGYMOdZcOPutkcNY8U2g7vK9Y=</stored-key></scram-credentials></user>\
         <user name='not a name@'/></host><host jid='elsewhere.example'><user name='x'/></host></server-data>",
        ago(1),
        archive.concat(),
        stamps[1]
    )
}

#[test]
fn what_comes_in_goes_out_and_is_the_same_elsewhere() {
    let (first, second) = (Place::new(), Place::new());
    let file = first.file("in.xml", sample().as_bytes());
    first.import(&file).unwrap();
    let out = first.export();
    for wanted in [
        "created='2020-02-02T02:02:02.000002Z' state='active' last-login='2026-11-01'",
        "<scram-credentials xmlns='urn:xmpp:pie:0#scram' mechanism='SCRAM-SHA-512'>",
        "<item jid='bob@localhost' name='B &amp; B' subscription='both'><group>F</group><group>G</group></item>",
        "<item jid='carol@x.example' subscription='none' ask='subscribe' approved='true'/>",
        "<presence xmlns='jabber:client' from='dave@y.example' to='alice@localhost' id='p' type='subscribe'><nick",
        "<vCard xmlns='vcard-temp'><FN>Alice</FN><PHOTO><BINVAL>QUJD\nREVG</BINVAL></PHOTO></vCard>",
        "<blocklist xmlns='urn:xmpp:blocking'><item jid='mallory@z.example'/><item jid='spam.example'/></blocklist>",
        "<prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>bob@localhost</jid></always><never/></prefs>",
        "<conference xmlns='urn:xmpp:bookmarks:1' name='R' xml:lang='de'><nick>A</nick></conference>",
        "<item id='s@m.example' xmlns:a0='urn:folkmoot:portable:0'",
        "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'><nick>N</nick></conference>",
        "<query xmlns='jabber:iq:private'><roster xmlns='a:delimiter'>::</roster></query>",
        "<affiliations node='open'><affiliation jid='bob@localhost' affiliation='publisher'/></affiliations>",
        "<subscription jid='eve@y.example/x' subscription='subscribed'/><subscription jid='fay@y.example' \
         subscription='pending' xmlns:a0='urn:folkmoot:portable:0' a0:deliver='false'/></subscriptions>",
        "<storage xmlns='storage:bookmarks'><url url='http://x.example'/></storage>",
        "<body>eins &amp; zwei</body>",
        "<body>waited</body>",
        "<stored-key>6dlGYMOdZcOPutkcNY8U2g7vK9Y=</stored-key>",
    ] {
        assert!(out.contains(wanted), "{wanted} is not in {out}");
    }
    assert!(!out.contains("name='old'"), "the newer form of a bookmark stays");
    assert!(!out.contains("long ago"), "what is older than archives are kept does not come in");
    let (before, archive) = out.split_once("<archive").unwrap();
    assert_eq!(archive.matches("<body>zwei</body>").count(), 1, "what waited and was archived is archived once");
    assert!(before.contains("<body>zwei</body>") && !archive.contains("<body>waited</body>"));
    assert!(!before.contains("<body>eins"), "what was fetched before does not wait again");
    let whitelists =
        out.matches("<field var='pubsub#access_model' type='list-single'><value>whitelist</value>").count();
    assert_eq!(whitelists, 3, "a node that nobody configured is its owner's alone: {out}");

    let moved = second.file("moved.xml", out.as_bytes());
    second.import(&moved).unwrap();
    let (here, there) = (without_ids(&out), without_ids(&second.export()));
    let differs = here.bytes().zip(there.bytes()).position(|(one, other)| one != other);
    assert_eq!(differs.map(|at| (&here[at - 60..at + 60], &there[at - 60..at + 60])), None);
    assert_eq!(here.len(), there.len());
}

#[test]
fn the_keys_open_the_account_as_before() {
    let place = Place::new();
    place.import(&place.file("in.xml", sample().as_bytes())).unwrap();
    let store = crate::data_folder::open(&place.config.data).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let keys = |name: &str, hash| runtime.block_on(features::login::keys(&store, name, hash)).unwrap();
    let bob = keys("bob", xmpp::scram::Hash::Sha1).unwrap();
    let made = xmpp::scram::Keys::derive(bob.hash, "pencil", bob.salt.clone(), bob.iterations);
    assert!(made == bob, "the example of RFC 5802");
    let alice = keys("alice", xmpp::scram::Hash::Sha256).unwrap();
    assert!(xmpp::scram::Keys::derive(alice.hash, "secret", alice.salt.clone(), alice.iterations) == alice);
}

#[test]
fn who_is_here_stays_and_an_import_can_be_repeated() {
    let place = Place::new();
    let file = place.file("in.xml", sample().as_bytes());
    place.import(&file).unwrap();
    let before = place.export();
    place.import(&file).unwrap();
    assert_eq!(place.export(), before);
}

#[test]
fn an_account_that_breaks_off_leaves_nothing_and_its_name_is_free() {
    let place = Place::new();
    let whole = sample();
    let cut = whole.find("drei").unwrap();
    let failure = place.import(&place.file("cut.xml", &whole.as_bytes()[..cut])).unwrap_err();
    assert!(failure.contains("not everything"), "{failure}");
    let out = place.export();
    assert!(!out.contains("<user"), "{out}");
    place.import(&place.file("whole.xml", whole.as_bytes())).unwrap();
    assert!(place.export().contains("<body>drei</body>"));
}

#[test]
fn files_may_include_each_other_within_their_folder() {
    let place = Place::new();
    let main = "<server-data xmlns='urn:xmpp:pie:0' xmlns:xi='http://www.w3.org/2001/XInclude'>\
                <xi:include href='localhost.xml'/></server-data>";
    let host = "<host xmlns='urn:xmpp:pie:0' xmlns:xi='http://www.w3.org/2001/XInclude' jid='localhost'>\
                <xi:include href='localhost/ann.xml'/><xi:include href='localhost/ben.xml'></xi:include></host>";
    let user = |name: &str| {
        format!("<user xmlns='urn:xmpp:pie:0' name='{name}'><vCard xmlns='vcard-temp'><FN>{name}</FN></vCard></user>")
    };
    place.file("localhost.xml", host.as_bytes());
    place.file("localhost/ann.xml", user("ann").as_bytes());
    place.file("localhost/ben.xml", user("ben").as_bytes());
    place.import(&place.file("main.xml", main.as_bytes())).unwrap();
    let out = place.export();
    assert!(out.contains("<FN>ann</FN>") && out.contains("<FN>ben</FN>"), "{out}");
    for odd in ["../x.xml", "/etc/passwd", "file:x", "none.xml"] {
        let main = main.replace("localhost.xml", odd);
        assert!(place.import(&place.file("odd.xml", main.as_bytes())).is_err(), "{odd}");
    }
}

/// Truncated anywhere, or with a byte changed, a file ends in a sentence and never in a panic.
#[test]
fn damaged_files_are_refused_with_file_and_line() {
    let place = Place::new();
    let sample = sample();
    let read = |bytes: &[u8]| {
        let mut reader = super::pie::Reader::open(&place.file("damaged.xml", bytes)).unwrap();
        loop {
            match reader.next() {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(trouble) => return Some(trouble.to_string()),
            }
        }
    };
    assert_eq!(read(sample.as_bytes()), None);
    for at in (0..sample.len()).step_by(97) {
        let told = read(&sample.as_bytes()[..at]).unwrap();
        assert!(told.contains("damaged.xml, line "), "{told}");
        let mut changed = sample.clone().into_bytes();
        changed[at] = 0xff;
        assert!(read(&changed).unwrap().contains("damaged.xml, line "));
    }
    for odd in ["<x/>", "<server-data xmlns='urn:xmpp:pie:0'><host/></server-data>", "\u{feff}", "<!DOCTYPE x><x/>"] {
        assert!(read(odd.as_bytes()).is_some(), "{odd}");
    }
    let deep = format!("<server-data xmlns='urn:xmpp:pie:0'><host jid='h'><user name='u'>{}", "<a>".repeat(100_000));
    assert!(read(deep.as_bytes()).unwrap().contains("deep"));
}

const HOST: &str = "localhost";

/// The folder of a small Prosody.
fn prosody(place: &Place) -> PathBuf {
    let file = |path: &str, text: &str| place.file(&format!("prosody/{HOST}/{path}"), text.as_bytes());
    file(
        "accounts/alice.dat",
        "return {\n\t[\"iteration_count\"] = 4096;\n\t[\"salt\"] = \"salt-of-hers\";\n\t[\"stored_key\"] = \
         \"e9d94660c39d65c38fbad91c358f14da0eef2bd6\";\n\t[\"server_key\"] = \
         \"0fe09258b3ac852ba502cc62ba903eaacdbf7d31\";\n\t[\"created\"] = 1600000000;\n};\n",
    );
    file("accounts/bob%2eb.dat", "return {\n\t[\"password\"] = \"secret\";\n};\n");
    file("accounts/no%20address.dat", "return {};\n");
    file(
        "roster/alice.dat",
        "return {\n\t[false] = { [\"version\"] = 7; [\"pending\"] = { [\"dave@y.example\"] = true; }; };\n\t\
         [\"bob.b@localhost\"] = { [\"subscription\"] = \"both\"; [\"name\"] = \"B\\195\\182b\"; [\"groups\"] = { [\"G\"] = true; }; };\n};\n",
    );
    let now = hub::Clock::System.now() / 1_000_000;
    file(
        "archive/alice.list",
        &format!(
            "item({{\n\t[\"attr\"] = {{ [\"from\"] = \"alice@localhost/a\"; [\"to\"] = \"bob.b@localhost\"; [\"type\"] = \
             \"chat\"; [\"stamp\"] = \"2010-01-01T00:00:00Z\"; }};\n\t[\"key\"] = \"k1\"; [\"name\"] = \"message\"; [\"when\"] = {now}.5;\n\t\
             {{ [\"attr\"] = {{}}; [\"name\"] = \"body\"; \"eins \\007& zwei\"; }};\n}});\n"
        ),
    );
    file("cloud_notify/alice.dat", "return { [\"x\"] = {}; };\n");
    file("mystery/alice.dat", "return { 1 };\n");
    place.folder.path().join("prosody")
}

#[test]
fn accounts_come_from_a_prosody() {
    let place = Place::new();
    let folder = prosody(&place);
    place.import_from(Origin::Prosody, &folder).unwrap();
    let out = place.export();
    for wanted in [
        "created='2020-09-13T12:26:40.000000Z'",
        "mechanism='SCRAM-SHA-1'><iter-count>4096</iter-count><salt>c2FsdC1vZi1oZXJz</salt>",
        "<server-key>D+CSWLOshSulAsxiupA+qs2/fTE=</server-key><stored-key>6dlGYMOdZcOPutkcNY8U2g7vK9Y=</stored-key>",
        "<item jid='bob.b@localhost' name='Böb' subscription='both'><group>G</group></item>",
        "<presence xmlns='jabber:client' from='dave@y.example' to='alice@localhost' type='subscribe'/>",
        "<message xmlns='jabber:client' from='alice@localhost/a' to='bob.b@localhost' type='chat'><body>eins \u{fffd}&amp; zwei</body>",
        "<user name='bob.b'>",
        "mechanism='SCRAM-SHA-512'",
    ] {
        assert!(out.contains(wanted), "{wanted} is not in {out}");
    }
    assert!(!out.contains("no address") && !out.contains("secret"), "{out}");
}

/// One damaged file spoils one account, and all of it.
#[test]
fn a_damaged_file_of_a_prosody_spoils_its_account_only() {
    for (file, text) in [
        ("roster/alice.dat", b"return { [\"x\"] = ".as_slice()),
        ("archive/alice.list", b"item({ [\"name\"] = \"message\"; }); item("),
        ("archive/alice.list", b"item({ [\"name\"] = \"mess age<\"; [\"when\"] = 1; });"),
        ("vcard/alice.dat", b"return { [\"name\"] = \"\"; };"),
        ("accounts/alice.dat", b"\xff\xfe\x00"),
        ("accounts/alice.dat", b"return { [\"stored_key\"] = \"00\"; };"),
        ("pep/alice.dat", b"return os.execute(\"true\")"),
    ] {
        let place = Place::new();
        let folder = prosody(&place);
        place.file(&format!("prosody/{HOST}/{file}"), text);
        assert!(place.import_from(Origin::Prosody, &folder).unwrap_err().contains("not everything"), "{file}");
        let out = place.export();
        assert!(out.contains("<user name='bob.b'>") && !out.contains("<user name='alice'>"), "{file}: {out}");
    }
    let place = Place::new();
    assert!(place.import_from(Origin::Prosody, place.folder.path()).unwrap_err().contains("no host with accounts"));
    assert!(place.import_from(Origin::Prosody, Path::new("/nowhere")).unwrap_err().contains("cannot be read"));
}

/// A dump as mysqldump makes it, of the new schema, in which each row says its host.
fn ejabberd() -> String {
    let now = hub::Clock::System.now();
    format!(
        "-- MySQL dump 10.19\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `users`;\n\
         CREATE TABLE `users` (\n  `username` varchar(191) NOT NULL,\n  `server_host` varchar(191) NOT NULL DEFAULT ('x'),\n  \
         `password` text, `serverkey` text, `salt` text, `iterationcount` int(11) DEFAULT 0, `created_at` timestamp,\n  \
         PRIMARY KEY (`server_host`,`username`)\n) ENGINE=InnoDB;\n\
         INSERT INTO `users` VALUES ('alice','localhost','6dlGYMOdZcOPutkcNY8U2g7vK9Y=','D+CSWLOshSulAsxiupA+qs2/fTE=',\
         'QSXCR+Q6sek8bf92',4096,'2020-02-02 02:02:02'),('bob','localhost','pa\\'ss\\\\word','','',0,NULL),\
         ('carl','elsewhere.example','x','','',0,NULL);\n\
         INSERT INTO `rosterusers` (`username`,`server_host`,`jid`,`nick`,`subscription`,`ask`,`askmessage`) VALUES \
         ('alice','localhost','bob@localhost','B\\nb','B','N',''),('alice','localhost','dave@y.example','','N','I','Hi'),\
         ('alice','localhost','erin@y.example','','T','O','');\n\
         INSERT INTO vcard (server_host,username,vcard) VALUES ('localhost','alice','<vCard xmlns=\\'vcard-temp\\'><FN>A</FN>');\n\
         INSERT INTO archive_prefs (username,server_host,def,always,never) VALUES ('alice','localhost','never',\
         '[{{<<\\\"bob\\\">>,<<\\\"localhost\\\">>,<<>>}}]','[]');\n\
         INSERT INTO archive (username,server_host,timestamp,xml,kind) VALUES ('alice','localhost',{now},\
         '<message from=\\'bob@localhost/x\\' to=\\'alice@localhost\\' type=\\'chat\\'><body>hi</body><stanza-id \
         xmlns=\\'urn:xmpp:sid:0\\' by=\\'alice@localhost\\' id=\\'old\\'/></message>','chat');\n\
         INSERT INTO muc_room VALUES ('room','conference.localhost','[]',NULL);\n"
    )
}

#[test]
fn accounts_come_from_an_ejabberd() {
    let place = Place::new();
    place.import_from(Origin::Ejabberd, &place.file("dump.sql", ejabberd().as_bytes())).unwrap();
    let out = place.export();
    for wanted in [
        "created='2020-02-02T02:02:02.000000Z'",
        "<stored-key>6dlGYMOdZcOPutkcNY8U2g7vK9Y=</stored-key>",
        "<item jid='bob@localhost' name='Bb' subscription='both'/><item jid='erin@y.example' subscription='to'/>",
        "from='dave@y.example' to='alice@localhost' type='subscribe'><status>Hi</status></presence>",
        "<prefs xmlns='urn:xmpp:mam:2' default='never'><always><jid>bob@localhost</jid></always><never/></prefs>",
        "from='bob@localhost/x' to='alice@localhost' type='chat'><body>hi</body></message>",
        "<user name='bob'>",
    ] {
        assert!(out.contains(wanted), "{wanted} is not in {out}");
    }
    assert!(!out.contains("vCard") && !out.contains("carl"), "{out}");
    let store = crate::data_folder::open(&place.config.data).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bob = runtime.block_on(features::login::keys(&store, "bob", xmpp::scram::Hash::Sha1)).unwrap().unwrap();
    assert!(xmpp::scram::Keys::derive(bob.hash, "pa'ss\\word", bob.salt.clone(), bob.iterations) == bob);
}

/// Cut anywhere or with a byte changed, a dump is read as far as it goes or refused, and never panics.
#[test]
fn a_damaged_dump_is_refused_or_read() {
    let place = Place::new();
    let whole = ejabberd().into_bytes();
    for at in (0..whole.len()).step_by(41) {
        let mut changed = whole.clone();
        changed[at] ^= 0xa5;
        for bytes in [&whole[..at], &changed[..]] {
            let path = place.file("damaged.sql", bytes);
            let opened = super::ejabberd::open(&path, HOST);
            let Ok(mut source) = opened else {
                assert!(opened.err().unwrap().to_string().contains("damaged.sql"));
                continue;
            };
            while let Some(found) = source.next().unwrap() {
                drop(found);
            }
        }
    }
    assert!(place.import_from(Origin::Ejabberd, place.folder.path()).unwrap_err().contains("export_piefxis"));
}
