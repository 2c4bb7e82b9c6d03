//! Steps run one after the other, with their names, durations and a summary.

use crate::call::Outcome;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One step.
pub struct Step {
    /// Shown before and after.
    pub name: &'static str,
    /// Does it.
    pub run: fn() -> Outcome,
}

/// What to do after a failure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// Leave the remaining steps out.
    Stop,
    /// Run them too.
    KeepGoing,
}

/// Runs the steps and prints `N passed, N failed` as the last line. Fails when one failed.
pub fn run(steps: &[Step], on_failure: OnFailure) -> ExitCode {
    let paint = Paint::for_stdout();
    let mut passed = 0;
    let mut failed = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        println!("\n{}", paint.bold(&format!("[{}/{}] {}", at + 1, steps.len(), step.name)));
        let begun = Instant::now();
        let outcome = (step.run)();
        let took = duration(begun.elapsed());
        match outcome {
            Ok(note) => {
                passed += 1;
                println!("{} {} ({took}){}", paint.green("ok"), step.name, after_colon(&note));
            }
            Err(trouble) => {
                println!("{} {} ({took}): {trouble}", paint.red("FAILED"), step.name);
                failed.push(step.name);
                if on_failure == OnFailure::Stop {
                    break;
                }
            }
        }
    }
    let left_out = steps.len() - passed - failed.len();
    println!();
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    if left_out > 0 {
        println!("{left_out} steps were not run; --keep-going runs them after a failure too");
    }
    println!("{passed} passed, {} failed", failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn after_colon(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(": {note}") }
}

fn duration(took: Duration) -> String {
    match took.as_secs() {
        0..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Colours, where a person looks.
#[derive(Clone, Copy)]
pub struct Paint(bool);

impl Paint {
    /// Colours if standard output is a terminal and nobody asked for none.
    pub fn for_stdout() -> Paint {
        Paint(std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none())
    }

    /// Bold.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Green.
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Red.
    pub fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_at_a_glance() {
        assert_eq!(duration(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(duration(Duration::from_secs(61)), "1 min 1 s");
    }

    #[test]
    fn without_a_terminal_there_are_no_colours() {
        assert_eq!(Paint(false).red("x"), "x");
        assert_eq!(Paint(true).red("x"), "\x1b[31mx\x1b[0m");
    }
}
