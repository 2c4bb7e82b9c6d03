//! The configuration as people write it, wrong and right.

use super::*;
use features::branch::BranchKind;
use features::registration::{Mode, Question};

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse(Path::new("/etc/folkmoot/folkmoot.toml"), text, Network::V4AndV6)
}

fn problems(text: &str) -> String {
    parse(text).map(|_| "no problem".to_owned()).unwrap_or_else(|problems| problems.to_string())
}

#[test]
fn without_a_file_only_this_machine_is_served() {
    let config = Config::load(None, Network::V4AndV6).unwrap();
    assert_eq!(config.domain.as_str(), "localhost");
    assert_eq!(config.data, Path::new("folkmoot-data"));
    assert_eq!(config.starttls, ["127.0.0.1:5222".parse().unwrap(), "[::1]:5222".parse().unwrap()]);
    assert!(config.tls.iter().all(|address| address.ip().is_loopback() && address.port() == 5223));
    assert_eq!(config.certificate, CertificateSource::OwnMade);
    let v4 = Config::load(None, Network::V4).unwrap();
    assert_eq!(v4.starttls, ["127.0.0.1:5222".parse().unwrap()]);
}

#[test]
fn a_domain_is_served_to_everybody() {
    let config = parse("domain = \"example.org\"\n").unwrap();
    assert_eq!(config.starttls, ["[::]:5222".parse().unwrap()]);
    assert_eq!(config.tls, ["[::]:5223".parse().unwrap()]);
    let text = problems("[listen]\nstarttls = [\"0.0.0.0:5222\", \"[::]:5222\"]\n");
    assert!(text.contains("toml:2:29: ") && text.contains("`[::]:5222` alone"), "{text}");
}

#[test]
fn a_domain_may_be_written_both_ways() {
    let ours = parse("domain = \"bücher.example\"\n").unwrap();
    let theirs = parse("domain = \"xn--bcher-kva.example\"\n").unwrap();
    assert_eq!(ours.domain, theirs.domain);
    assert_eq!(ours.domain.domain_ascii(), "xn--bcher-kva.example");
}

#[test]
fn browsers_find_what_listens_unless_told_otherwise() {
    let url = |text: &str| parse(text).unwrap().url.to_string();
    assert_eq!(url("domain = \"example.org\"\n"), "https://example.org:5443");
    assert_eq!(url("domain = \"bücher.example\"\n[listen]\nhttps = [\"[::]:443\"]\n"), "https://xn--bcher-kva.example");
    assert_eq!(url("[web]\nurl = \"https://chat.example.org/\"\n"), "https://chat.example.org");
    let text = problems("[web]\nurl = \"http://example.org/chat\"\n");
    assert!(text.contains("toml:2:7: ") && text.contains("`https://localhost:5443`"), "{text}");
}

#[test]
fn who_was_invited_comes_in_unless_told_otherwise() {
    assert_eq!(parse("").unwrap().sign_up.mode, Mode::Invite);
    let text = "[sign-up]\nmode = \"open\"\nreserved = [\"Mayor*\"]\nquestion = \"2 + 2?\"\nanswers = [\"4\"]\n";
    let Policy { mode, reserved, question } = parse(text).unwrap().sign_up;
    assert_eq!((mode, &*reserved[0]), (Mode::Open, "mayor*"));
    assert_eq!(question, Some(Question { text: "2 + 2?".into(), answers: vec!["4".into()] }));
    let text = problems("[sign-up]\nreserved = [\"a@b\"]\nquestion = \"2 + 2?\"\n");
    assert!(text.contains("toml:2:13: `a@b` cannot be a name") && text.contains("toml:3:12: "), "{text}");
}

#[test]
fn paths_start_at_the_file() {
    let config = parse("data = \"data\"\n[certificate]\nchain = \"chain.pem\"\nkey = \"/keys/key.pem\"\n").unwrap();
    assert_eq!(config.data, Path::new("/etc/folkmoot/data"));
    let files = CertificateSource::Files { chain: "/etc/folkmoot/chain.pem".into(), key: "/keys/key.pem".into() };
    assert_eq!(config.certificate, files);
}

#[test]
fn unknown_names_are_pointed_at_with_advice() {
    let text = problems("# ours\ndomian = \"example.org\"\n");
    assert!(text.starts_with("/etc/folkmoot/folkmoot.toml:2:1: unknown field `domian`"), "{text}");
    assert!(text.ends_with("Did you mean `domain`?"), "{text}");
    let text = problems("[listen]\nstartls = []\n");
    assert!(text.contains(":2:1:") && text.contains("Did you mean `starttls`?"), "{text}");
    let text = problems("[archive]\ndefault = \"alwys\"\n");
    assert!(text.contains(":2:11:") && text.contains("Did you mean `always`?"), "{text}");
}

#[test]
fn syntax_and_types_are_pointed_at() {
    let text = problems("\ndomain = example.org\n");
    assert!(text.contains("folkmoot.toml:2:10: "), "{text}");
    let text = problems("[archive]\ndays = \"ten\"\n");
    assert!(text.contains(":2:8: invalid type: string \"ten\""), "{text}");
    let text = problems("[certificate]\nchain = \"a.pem\"\n");
    assert!(text.contains(":1:") && text.contains("missing field `key`"), "{text}");
}

#[test]
fn all_that_is_wrong_is_told_at_once_in_order() {
    let text = problems(
        "domain = \"me@example.org\"\n[listen]\nstarttls = [\"127.0.0.1\", \"localhost:5222\", \"[::1]:5222\"]\n\
         tls = [\"[::1]:5222\"]\n[archive]\ndays = 0\n[limits]\nroster-itms = 3\n",
    );
    let starts: Vec<&str> = text.lines().filter(|line| line.starts_with('/')).collect();
    let places = ["1:10", "3:13", "3:26", "4:8", "6:8", "8:1"];
    assert_eq!(starts.len(), places.len(), "{text}");
    for (line, place) in starts.iter().zip(places) {
        assert!(line.contains(&format!("toml:{place}: ")), "{line} is not at {place}");
    }
    assert!(text.contains("Write the domain alone: `example.org`."), "{text}");
    assert!(text.contains("Write `127.0.0.1:5222`."), "{text}");
    assert!(text.contains("`[::1]:5222` is listed twice"), "{text}");
}

#[test]
fn who_runs_the_service_is_checked() {
    let config = parse("domain = \"example.org\"\nadmins = [\"Alice@example.org\"]\n").unwrap();
    assert_eq!(config.admins[0].as_str(), "alice@example.org");
    let text =
        problems("domain = \"example.org\"\nadmins = [\"alice\", \"bob@example.net\", \"eve@example.org/phone\"]\n");
    assert!(text.contains(":2:11: `alice` is not the address of an account"), "{text}");
    assert!(text.contains(":2:20: `bob@example.net` is not on example.org"), "{text}");
    assert!(text.contains("Write the account alone: `eve@example.org`."), "{text}");
}

#[test]
fn contacts_are_what_clients_can_open() {
    let config = parse("[contact]\nabuse = [\"mailto:abuse@example.org\", \"xmpp:abuse@example.org\"]\n").unwrap();
    assert_eq!(config.contacts[0].1.len(), 2);
    let text = problems("[contact]\nabuse = [\"abuse@example.org\"]\nsupport = [\"xmpp:@\", \"https:example.org\"]\n");
    assert!(text.contains(":2:10: `abuse@example.org` is no address that a client can open"), "{text}");
    assert!(text.contains("with `mailto:`") && text.contains(":3:12:") && text.contains(":3:22:"), "{text}");
    assert!(problems("[contact]\nabuze = []\n").contains("Did you mean `abuse`?"));
}

#[test]
fn services_outside_have_hosts_and_secrets() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("turn.secret"), "not told\n").unwrap();
    let file = folder.path().join("folkmoot.toml");
    let text = "[[external]]\ntype = \"turns\"\nhost = \"turn.example.org\"\nsecret-file = \"turn.secret\"\n";
    let config = Config::parse(&file, text, Network::V4AndV6).unwrap();
    assert_eq!(
        (config.external[0].outside.port, &*config.external[0].outside.secret.as_ref().unwrap().0),
        (5349, &b"not told"[..])
    );
    let printed = config.to_toml();
    assert!(!printed.contains("not told") && !format!("{config:?}").contains("not told"));
    assert_eq!(Config::parse(&file, &printed, Network::V4AndV6).unwrap().to_toml(), printed);
    let wrong = "[[external]]\ntype = \"turn\"\nhost = \"https://example.org\"\nsecret-file = \"nothing\"\n";
    let text = problems(wrong);
    assert!(text.contains(":3:8: `https://example.org` is not a host") && text.contains(":4:15:"), "{text}");
    assert!(problems("[[external]]\ntype = \"turm\"\nhost = \"x\"\n").contains("Did you mean `turn`?"));
}

#[test]
fn components_have_domains_and_secrets_of_their_own() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (secret, open) = (folder.path().join("irc.secret"), folder.path().join("open.secret"));
    for (path, mode) in [(&secret, 0o640), (&open, 0o644)] {
        std::fs::write(path, "not told\n").unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let file = folder.path().join("folkmoot.toml");
    let parse = |text: &str| Config::parse(&file, text, Network::V4);
    let text = "domain = \"example.org\"\n[[component]]\ndomain = \"irc.example.org\"\nsecret-file = \"irc.secret\"\n";
    let config = parse(text).unwrap();
    // Never to the world unless that is written out.
    assert_eq!(config.components_at, ["127.0.0.1:5347".parse().unwrap()]);
    let domains: Vec<String> = config.all_branches().map(|branch| branch.domain.to_string()).collect();
    assert_eq!(domains, ["rooms.example.org", "pubsub.example.org", "upload.example.org", "irc.example.org"]);
    let printed = config.to_toml();
    assert!(!printed.contains("not told") && !format!("{config:?}").contains("not told"));
    assert_eq!(parse(&printed).unwrap().to_toml(), printed);
    assert_eq!(parse("").unwrap().components_at, []);
    let rights = "[component.privileges]\nroster = \"both\"\nmessage = \"outgoing\"\npresence = \"managed_entity\"\niq = { \"urn:example:a\" = \"set\" }\n";
    let privileged = parse(&format!("{text}{rights}")).unwrap();
    let granted = &privileged.components[0].rights;
    assert!(
        granted.push && granted.message && granted.presence && granted.allow_iq("urn:example:a", xmpp::IqType::Set)
    );
    assert!(!granted.allow_iq("urn:example:a", xmpp::IqType::Get));
    assert_eq!(parse(&privileged.to_toml()).unwrap().components, privileged.components);
    for (changed, expected) in [
        (format!("{text}[component.privileges]\nroster = \"set\"\npush = true\n"), "`push` is for components"),
        (format!("{text}[component.privileges]\nroster = \"all\"\n"), "Known here: none, get, set, both."),
        (text.replace("irc.secret", "nothing"), ":4:15: "),
        (text.replace("irc.secret", "open.secret"), "chmod o= "),
        (text.replace("irc.example.org", "example.org"), "`example.org` is served already"),
        (text.replace("irc.example.org", "irc@example.org"), "`irc@example.org` is not a domain"),
    ] {
        let found = parse(&changed).map(drop).unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn files_are_there_where_there_is_https() {
    let config = parse("domain = \"example.org\"\n[upload]\ndays = 7\nurl = \"https://files.example.org\"\n").unwrap();
    assert_eq!((config.upload.days, config.upload.url.to_string().as_str()), (7, "https://files.example.org"));
    let files = |config: &Config| {
        let branch = config.branches.iter().find(|branch| branch.kind == BranchKind::Upload);
        branch.map(|branch| branch.domain.to_string()).unwrap_or_default()
    };
    assert_eq!(files(&config), "upload.example.org");
    let config = parse("[web]\nurl = \"https://example.org\"\n[services]\nupload = \"share.example.org\"\n").unwrap();
    assert_eq!((config.upload.days, config.upload.url.to_string().as_str()), (30, "https://example.org"));
    assert_eq!(files(&config), "share.example.org");
    for none in ["[listen]\nhttps = []\n", "[services]\nupload = false\n"] {
        assert_eq!(files(&parse(none).unwrap()), "", "{none}");
    }
    for (text, expected) in [
        ("[listen]\nhttps = []\n[services]\nupload = true\n", "toml:4:10: files need HTTPS"),
        ("[upload]\ndays = 0\n", "set `upload = false` under `[services]`"),
        ("[upload]\nurl = \"http://example.org\"\n", "is not an address for browsers"),
    ] {
        let found = problems(text);
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn the_world_is_told_where_to_connect_if_the_operator_says_so() {
    let ours = "domain = \"example.org\"\n[host-meta]\naddresses = [\"203.0.113.7\", \"2001:db8::7\"]\n";
    let reachable = parse(ours).unwrap().reachable.unwrap();
    assert_eq!((reachable.tls, reachable.servers_tls, reachable.addresses.len()), (5223, Some(5270), 2));
    let reachable = parse(&format!("{ours}tls = 443\n[federation]\nwith = \"nobody\"\n")).unwrap().reachable.unwrap();
    assert_eq!((reachable.tls, reachable.servers_tls), (443, None));
    assert!(parse("domain = \"example.org\"\n").unwrap().reachable.is_none());
    for (text, expected) in [
        ("[host-meta]\naddresses = [\"example.org\"]\n", ":2:14: `example.org` is not the address of a machine"),
        ("[listen]\ntls = []\n[host-meta]\naddresses = [\"203.0.113.7\"]\n", "host-meta needs a port for `tls`"),
    ] {
        let found = problems(text);
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn columns_count_characters() {
    let text = problems("data = \"äöü\"; x");
    assert!(text.contains("toml:1:13:"), "{text}");
}

#[test]
fn the_effective_configuration_is_a_configuration() {
    for text in ["", "domain = \"example.org\"\n[archive]\ndays = 7\ndefault = \"roster\"\n[log]\nformat = \"json\"\n"]
    {
        let config = parse(text).unwrap();
        let printed = config.to_toml();
        let again = parse(&printed).unwrap_or_else(|problems| panic!("{problems}\n{printed}"));
        assert_eq!(again.to_toml(), printed);
        assert!(again.needs_restart(&config).is_empty());
    }
}

#[test]
fn a_changed_limit_is_in_force() {
    let limit = declared_limits().next().unwrap();
    let config = parse(&format!("[limits]\n{} = 7\n", limit.name)).unwrap();
    assert_eq!(config.limits.of(limit), 7);
    assert!(config.to_toml().contains(&format!("{} = 7", limit.name)));
}

#[test]
fn other_servers_are_found_and_judged_as_configured() {
    assert_eq!(parse("").unwrap().federation.with, With::Nobody, "nobody finds localhost");
    let config = parse("domain = \"example.org\"\n").unwrap();
    assert_eq!(
        (config.federation.with, config.federation.policy),
        (With::Everybody, stream::peer::Policy::Certificate)
    );
    assert_eq!(config.federation.reach, net::dial::Reach::Public, "the house is out of reach");
    assert_eq!((config.servers[0].port(), config.servers_tls[0].port()), (5269, 5270));
    let text = "[dns]\nservers = [\"127.0.0.53\", \"[::1]:5353\"]\ndnssec = \"own\"\ntrust-anchors = \"root.key\"\n\
                [federation]\nproof = \"dialback\"\nroots = \"ca.pem\"\nprivate-addresses = true\n";
    let config = parse(text).unwrap();
    let servers = ["127.0.0.53:53", "[::1]:5353"].map(|text| text.parse().unwrap());
    assert_eq!(config.federation.dns.servers, servers);
    assert_eq!(config.federation.dns.trust, net::dns::Trust::Own(Some("/etc/folkmoot/root.key".into())));
    assert_eq!(config.federation.roots.as_deref(), Some(Path::new("/etc/folkmoot/ca.pem")));
    assert_eq!(config.federation.reach, net::dial::Reach::Everywhere);
    assert_eq!(config.federation.policy, stream::peer::Policy::Dialback);
    assert_eq!(parse(&config.to_toml()).unwrap().federation, config.federation);
    let text = problems("[dns]\nservers = [\"dns.example\"]\ntrust-anchors = \"root.key\"\n");
    assert!(text.contains(":2:12: `dns.example` is not the address") && text.contains(":3:17: "), "{text}");
}

#[test]
fn what_an_operator_says_is_read_and_written_alike() {
    let text = r#"
domain = "example.org"
[service]
name = "Kiez-Chat"
language = "de"
since = "2024-05-01"
locations = ["de", "fi"]
hosting = "professional"
bus-factor = 2
testing = "allowed"
[service.description]
de = "Zum Plaudern im Kiez."
en = "Small talk of a neighbourhood."
[service.rules]
de = ["Seid nett."]
[service.operator]
name = "Kiez e. V."
kind = "non-governmental"
jurisdiction = "de"
[service.backups]
every-hours = 24
kept-days = 30
[[service.processors]]
name = "Rechenzentrum GmbH"
purpose = "Runs the machines"
country = "de"
"#;
    let config = parse(text).unwrap();
    let statement = &config.statement;
    let languages: Vec<&str> = statement.description.iter().map(|(language, _)| &**language).collect();
    assert_eq!(languages, ["de", "en"], "its own language comes first");
    assert_eq!(statement.operator.as_ref().unwrap().name, "Kiez e. V.");
    let again = Config::parse(Path::new("/etc/folkmoot/again.toml"), &config.to_toml(), Network::V4AndV6).unwrap();
    assert_eq!(again.statement, config.statement);
}

#[test]
fn what_an_operator_says_fits_on_a_phone_and_is_what_it_should_be() {
    let text = problems("[service]\nsince = \"May 2024\"\nlocations = [\"Germany\"]\n");
    assert!(text.contains("toml:2:9: `May 2024` is not a day") && text.contains("`2024-05-01`"), "{text}");
    assert!(text.contains("toml:3:14: `Germany` is not a country"), "{text}");
    let text = problems("[service.description]\nen = \"One. Two. Three.\"\n");
    assert!(text.contains("toml:2:6: a description of 3 sentences"), "{text}");
    assert!(parse("[service.description]\nde = \"Kiez e. V. lädt ein. Kommt!\"\n").is_ok());
    let rules = format!("[service.rules]\nen = [\"{}\"]\n", "Be kind to everybody. ".repeat(40));
    assert!(problems(&rules).contains("which has 19"), "{}", problems(&rules));
    let text = problems("[service.backups]\nevery-hours = 0\nkept-days = 30\n");
    assert!(text.contains("toml:2:15: a backup every 0 hours"), "{text}");
}

#[test]
fn metrics_are_read_on_this_machine_alone() {
    let config = parse("[metrics]\nlisten = \"127.0.0.1:9180\"\n").unwrap();
    assert_eq!(config.metrics_at, Some("127.0.0.1:9180".parse().unwrap()));
    assert_eq!(parse(&config.to_toml()).unwrap().metrics_at, config.metrics_at);
    assert_eq!(parse("").unwrap().metrics_at, None);
    for wrong in ["0.0.0.0:9180", "127.0.0.1", "[2001:db8::1]:9180"] {
        let problems = parse(&format!("[metrics]\nlisten = \"{wrong}\"\n")).unwrap_err().to_string();
        assert!(problems.contains(":2:10: ") && problems.contains("Write it like `127.0.0.1:9180`"), "{problems}");
    }
}

#[test]
fn rooms_for_newcomers_are_rooms_here() {
    let config = parse("[rooms]\nnewcomers = [\"Lobby@rooms.localhost\"]\n").unwrap();
    assert_eq!(config.newcomer_rooms[0].as_str(), "lobby@rooms.localhost");
    let wrong =
        "[rooms]\nnewcomers = [\"rooms.localhost\", \"a@example.org\", \"b@rooms.localhost\", \"b@rooms.localhost\"]\n";
    let text = problems(wrong);
    for said in ["not the address of a room", "not a room at rooms.localhost", "listed twice"] {
        assert!(text.contains(said), "{text}");
    }
    assert!(problems(&format!("{wrong}[services]\nrooms = false\n")).contains("where there are none"));
}
