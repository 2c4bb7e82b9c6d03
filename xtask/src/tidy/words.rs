//! Words that have no place in some crates: what the invariants of ARCHITECTURE.md forbid, as far
//! as it can be seen in a line of code.

use super::Report;
use super::source::Source;

/// Words, where they are forbidden, and the files that are excepted.
struct Ban {
    words: &'static [&'static str],
    /// The crates it holds for.
    crates: &'static [&'static str],
    /// Files (or folders, with a `/` at the end) where the words belong, and why.
    except: &'static [(&'static str, &'static str)],
    /// What is wrong, and what to do.
    message: &'static str,
}

const SERVER: &[&str] = &["xmpp", "stream", "store", "features", "hub", "net"];

/// Everything that runs beside the owners of a server.
const TOKIO: &[&str] = &["store", "features", "hub", "net", "folkmoot"];

const BANS: &[Ban] = &[
    Ban {
        words: &[
            "Instant::now",
            "SystemTime::now",
            "now_utc",
            "now_local",
            "elapsed()",
            "rand",
            "getrandom",
            "SystemRandom",
            "OsRng",
            "thread_rng",
        ],
        crates: SERVER,
        except: &[
            ("crates/hub/src/clock.rs", "the one place"),
            ("crates/hub/src/clock/", "the one place"),
            ("crates/net/src/server.rs", "hands the clock to the gate of a listener"),
        ],
        message: "time and randomness come from `hub/clock` and are arguments everywhere else",
    },
    Ban {
        words: &[
            "TcpStream",
            "TcpListener",
            "TcpSocket",
            "UdpSocket",
            "UnixStream",
            "UnixListener",
            "ToSocketAddrs",
            "lookup_host",
            "tokio::net",
            "tokio_rustls",
        ],
        crates: &["xmpp", "stream", "store", "features", "hub"],
        except: &[],
        message: "sockets belong to `net`: ask for what is needed, and let the driver answer",
    },
    Ban {
        words: &["std::fs", "tokio::fs", "std::process", "std::env"],
        crates: &["xmpp", "stream", "features"],
        except: &[],
        message: "this crate knows no files and no environment: what it needs is an argument",
    },
    Ban {
        words: &["Stanza", "stanza", "Jid", "jid", "xmpp", "roster", "Presence", "presence", "Iq"],
        crates: &["store"],
        except: &[],
        message: "`store` has never heard of a stanza: rows, numbers and bytes are its words",
    },
    Ban {
        words: &["unbounded_channel", "unbounded", "mpsc::channel()", "mpsc::channel::", "UnboundedSender"],
        crates: TOKIO,
        except: &[],
        message: "every queue has a declared limit: use a bounded channel, and say what happens when it is full",
    },
    Ban {
        words: &[
            "tokio::spawn",
            "task::spawn",
            "runtime.spawn",
            "runtime().spawn",
            "handle.spawn",
            "spawn_local",
            "JoinSet",
        ],
        crates: TOKIO,
        except: &[
            ("crates/net/src/server.rs", "one task a listener, one a connection, one that ticks"),
            ("crates/net/src/drive/", "the pause of a connection while the committer is pressed"),
            ("crates/net/src/federation/call.rs", "one task a domain that is to be reached, in which its stream lives"),
            ("crates/net/src/federation/stream.rs", "asking about a key, which is a stream of its own"),
            ("crates/net/src/bosh/mod.rs", "a BOSH session outlives the requests it consists of"),
            ("crates/hub/src/lib.rs", "mail that is left once the caller's turn is over"),
            ("crates/hub/src/wake.rs", "reading an account, while its owner stays held"),
            ("crates/hub/src/applications.rs", "taking back applications that nobody decided in time"),
            ("crates/hub/src/release.rs", "slow reads beside the owners, under a semaphore"),
            ("crates/hub/src/bind.rs", "erasing an account, which is many commits"),
            ("crates/hub/src/deeds.rs", "what an account asks to be done to it, which is slow or many commits"),
            ("crates/hub/src/files.rs", "removing files past their time, which nobody waits for"),
            ("crates/hub/src/online.rs", "telling everybody who is online, which nobody waits for"),
            ("crates/hub/src/watch.rs", "telling administrators what is wrong, after a look at who is affected"),
            ("crates/folkmoot/src/", "wiring: what lives as long as the server"),
        ],
        message: "a task keeps the order of nothing (RFC 6120 §10.1): do it in the turn, or list this file in \
                  xtask/src/tidy/words.rs with the reason",
    },
    Ban {
        words: &["read_to_end", "read_line", "lines()", "AsyncBufReadExt"],
        crates: &["hub", "net"],
        except: &[("crates/net/src/certificate/", "files of the operator's")],
        message: "a peer decides how much that is: read into a buffer with a limit",
    },
    Ban {
        words: &["thread::sleep", "block_on", "blocking_lock", "blocking_send", "blocking_recv"],
        crates: &["xmpp", "stream", "features", "hub", "net"],
        except: &[],
        message: "it stops every connection of the thread: wait with a future, or let the timer leave mail",
    },
    Ban {
        words: &["minidom", "xmpp_parsers", "quick_xml", "roxmltree", "rxml"],
        crates: &["xmpp", "stream", "store", "features", "hub", "net", "folkmoot"],
        except: &[
            ("crates/folkmoot/src/portable/xml.rs", "files of others are an edge too, and no stream; no tree is built"),
            ("crates/folkmoot/src/portable/pie/", "files of others are an edge too, and no stream; no tree is built"),
        ],
        message: "between the edges nobody builds an XML tree: read with `Element`, write with `Writer`",
    },
];

/// Checks the code that is not there for tests only.
pub fn check(sources: &[Source], report: &mut Report) {
    for source in sources {
        let name = source.crate_name();
        let bans: Vec<&Ban> =
            BANS.iter().filter(|ban| ban.crates.contains(&name) && !ban.excepts(&source.path)).collect();
        for (line, code) in source.product_code() {
            for ban in &bans {
                if let Some(word) = ban.words.iter().find(|word| has_word(code, word)) {
                    report.find(&source.path, line, format!("`{word}`: {}", ban.message));
                }
            }
        }
    }
}

impl Ban {
    /// Programs, as opposed to what they link, read the time themselves.
    fn excepts(&self, path: &str) -> bool {
        let listed = |file: &str| path == file || (file.ends_with('/') && path.starts_with(file));
        self.except.iter().any(|(file, _)| listed(file)) || path.contains("/src/bin/")
    }
}

/// Whether `word` stands in `code` with no letter, digit or `_` next to it.
fn has_word(code: &str, word: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word).any(|(at, _)| {
        let end = &code[at + word.len()..];
        !joins(code[..at].chars().next_back()) && (word.ends_with([':', ')']) || !joins(end.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let mut report = Report::default();
        check(&[Source::new(path, text)], &mut report);
        report.findings.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn time_is_read_in_one_place() {
        let text = "//! A.\nlet a = std::time::Instant::now();\nuse aws_lc_rs::rand::SystemRandom;\n";
        assert_eq!(lines("crates/features/src/a.rs", text), [2, 3]);
        assert!(lines("crates/hub/src/clock.rs", text).is_empty());
        assert!(lines("crates/hub/tests/a.rs", text).is_empty());
        assert!(lines("crates/folkmoot/src/main.rs", text).is_empty());
        assert!(lines("crates/hub/src/a.rs", "#[cfg(test)]\nmod tests {\n    Instant::now();\n}\n").is_empty());
    }

    #[test]
    fn no_sockets_in_the_machine_and_no_stanzas_in_the_store() {
        assert_eq!(lines("crates/stream/src/a.rs", "use std::net::TcpStream;\nuse std::net::IpAddr;\n"), [1]);
        assert_eq!(lines("crates/store/src/a.rs", "// no stanza here\nfn stanza() {}\n"), [2]);
    }

    #[test]
    fn queues_are_bounded_and_tasks_listed() {
        assert_eq!(
            lines("crates/hub/src/a.rs", "mpsc::unbounded_channel()\nmpsc::channel()\nmpsc::channel(8)\n"),
            [1, 2]
        );
        assert_eq!(lines("crates/hub/src/a.rs", "tokio::spawn(x)\ntokio::task::spawn_blocking(y)\n"), [1]);
        assert!(lines("crates/net/src/server.rs", "tokio::spawn(x)\n").is_empty());
    }

    #[test]
    fn a_word_is_whole() {
        assert!(!has_word("operand.random()", "rand"));
        assert!(has_word("rand::fill(x)", "rand"));
    }
}
