//! Reports, for people.

use crate::control::{Reply, ReportLine};

/// What is written to the standard output.
pub fn as_text(reply: &Reply) -> String {
    match reply {
        Reply::Reports { reports } if reports.is_empty() => "No report is open.\n".to_owned(),
        Reply::Reports { reports } => reports.iter().map(line).collect(),
        Reply::Report { report, messages } => {
            let mut text = line(report);
            if !report.text.is_empty() {
                text.push_str(&format!("{}\n", plain(&report.text)));
            }
            text.push_str(&format!(
                "Its service may be told: {}. Others may be told: {}. State: {}.\n",
                word(report.origin_may_know),
                word(report.others_may_know),
                report.state
            ));
            for message in messages {
                text.push_str(&format!("\n{}\n{}\n", message.received, plain(&message.stanza)));
            }
            text
        }
        Reply::ReportClosed { number } => format!("Report {number} is closed.\n"),
        _ => String::new(),
    }
}

fn line(report: &ReportLine) -> String {
    format!(
        "{:>5}  {}  {:<5}  {} reported by {}\n",
        report.number, report.filed, report.reason, report.reported, report.reporter
    )
}

fn word(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// Strangers wrote it: nothing in it is for the terminal to obey.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Evidence;

    #[test]
    fn a_report_is_shown_and_commands_no_terminal() {
        let report = ReportLine {
            number: 7,
            filed: "2026-11-25T03:00:00Z".into(),
            state: "open".into(),
            reported: "bob@y.example".into(),
            reporter: "alice@x.example".into(),
            reason: "spam".into(),
            text: "Enough.\u{1b}[2J".into(),
            origin_may_know: true,
            others_may_know: false,
        };
        let messages = vec![Evidence { received: "2026-11-25T02:00:00Z".into(), stanza: "<message/>".into() }];
        let text = as_text(&Reply::Report { report, messages });
        assert!(text.contains("    7  2026-11-25T03:00:00Z  spam   bob@y.example reported by alice@x.example\n"));
        assert!(text.contains("Enough.\u{fffd}[2J\n") && text.contains("<message/>"));
        assert!(text.contains("may be told: yes. Others may be told: no."));
    }
}
