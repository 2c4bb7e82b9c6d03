//! The stream of a walk: TLS, who answers, and whether we are believed.

use super::{About, Mark, Probe, Step};
use crate::Wire;
use crate::dial::Call;
use crate::drive::Opening;
use std::io;
use stream::server::{Acks, End, Errand, Event, Outgoing, Pair, Ready};

/// Opens a stream, and closes it as soon as stanzas could be sent.
pub(super) async fn talk(probe: &Probe<'_>, call: Call, pair: &Pair, steps: &mut Vec<Step>) {
    if let Err(error) = try_talk(probe, call, pair, steps).await {
        let about =
            if steps.iter().any(|step| step.about == About::Encryption) { About::Stream } else { About::Encryption };
        steps.push(Step::new(about, Mark::Bad, vec![format!("The connection broke: {error}.")]));
    }
}

async fn try_talk(probe: &Probe<'_>, mut call: Call, pair: &Pair, steps: &mut Vec<Step>) -> io::Result<()> {
    let settings = probe.settings.clone();
    let mut machine = match call.endpoint.opening {
        Opening::StartTls => Outgoing::plain(settings, pair.clone(), Errand::Send),
        Opening::DirectTls => {
            steps.push(encryption(&call.wire));
            Outgoing::direct(settings, pair.clone(), Errand::Send)
        }
    };
    let mut is_ready = false;
    loop {
        while let Some(event) = machine.next() {
            match event {
                Event::StartTls => {
                    flush(&mut call.wire, &mut machine).await?;
                    call.wire = probe.dialler.upgrade(call.wire, &pair.there).await?;
                    steps.push(encryption(&call.wire));
                    machine.secured();
                }
                Event::Examine(_) => {
                    let (step, proof) = probe.identity(&call, pair);
                    steps.push(step);
                    machine.examined(proof, probe.policy);
                }
                Event::Ready(ready) => {
                    is_ready = true;
                    steps.push(stream(&ready));
                    machine.close();
                }
                Event::Close(end) => {
                    if !is_ready {
                        steps.extend(ended(&end));
                    }
                    // Whether they hear the last word does not matter.
                    let _ = flush(&mut call.wire, &mut machine).await;
                    return call.wire.shutdown().await.or(Ok(()));
                }
                // They may say what they like; nothing is answered.
                _ => {}
            }
        }
        flush(&mut call.wire, &mut machine).await?;
        if call.wire.read(machine.input()).await? == 0 {
            return if is_ready { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    }
}

async fn flush(wire: &mut Wire, machine: &mut Outgoing) -> io::Result<()> {
    let output = std::mem::take(machine.output());
    if !output.is_empty() {
        wire.write(&output)?;
    }
    wire.flush().await
}

fn encryption(wire: &Wire) -> Step {
    let described = match wire {
        Wire::Tls(tls) => tls.describe(),
        _ => "none".to_owned(),
    };
    Step::new(About::Encryption, Mark::Good, vec![described])
}

fn stream(ready: &Ready) -> Step {
    let can = |yes: bool, what: &str| format!("{what}: {}", if yes { "yes" } else { "no" });
    let mut lines = vec![
        "The other server believes that we are who we are; stanzas could be sent.".to_owned(),
        can(ready.acks != Acks::None, "acknowledgements (XEP-0198)"),
        can(ready.bidi, "both directions on one stream (XEP-0288)"),
    ];
    lines.extend(ready.limits.bytes.map(|bytes| format!("stanzas of at most {bytes} bytes (XEP-0478)")));
    Step::new(About::Stream, Mark::Good, lines)
}

/// The last step, when it is not that of the identity.
fn ended(end: &End) -> Option<Step> {
    let line = match end {
        End::Doubted(_) => return None,
        End::Closed => "The other server closed the stream.".to_owned(),
        End::NoTls => {
            let line = "The other server has no TLS; nothing is sent in plain text.".to_owned();
            return Some(Step::new(About::Encryption, Mark::Bad, vec![line]));
        }
        End::Error { condition, text } => {
            let text = text.as_ref().map(|text| format!(" ({})", text.as_str().escape_debug())).unwrap_or_default();
            format!("The other server ended the stream: {}{text}.", condition.as_str().escape_debug())
        }
        End::Crime(crime) => format!("The other server broke the protocol: {crime:?}."),
        End::Rejected(condition) => {
            let condition = condition.as_ref().map_or("it does not say why", |text| text.as_str());
            let why = condition.escape_debug();
            return Some(Step::new(About::Stream, Mark::Bad, rejected(&why.to_string())));
        }
    };
    Some(Step::new(About::Stream, Mark::Bad, vec![line]))
}

fn rejected(why: &str) -> Vec<String> {
    vec![
        format!("The other server does not take our certificate as proof: {why}."),
        "Is it signed by an authority that others trust? Some servers, ejabberd 23 for one, want the purpose of clients \
         in it as well, which public authorities no longer give."
            .to_owned(),
        "Dialback, which it may take instead, is not tried here: only the running server could answer.".to_owned(),
    ]
}
