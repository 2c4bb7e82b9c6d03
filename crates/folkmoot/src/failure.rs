//! How a command ends when it does not do what was asked.

use crate::config::{Problem, Problems};
use std::fmt::{self, Display, Formatter};
use std::process::ExitCode;

/// Why, and with which exit code.
#[derive(Debug)]
pub struct Failure {
    sentence: String,
    problems: Vec<Problem>,
    code: u8,
}

impl Failure {
    /// Refused, or failed on the way: exit code 1.
    pub fn refused(sentence: impl Into<String>) -> Failure {
        Failure { sentence: sentence.into(), problems: Vec::new(), code: 1 }
    }

    /// Wrong usage or a wrong configuration: exit code 2.
    pub fn usage(sentence: impl Into<String>) -> Failure {
        Failure { sentence: sentence.into(), problems: Vec::new(), code: 2 }
    }

    /// What is wrong with the configuration: exit code 2.
    pub fn configuration(problems: Problems) -> Failure {
        Failure { sentence: problems.to_string(), problems: problems.0, code: 2 }
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::json!({ "error": self.sentence, "problems": self.problems }).to_string()
    }

    /// For the shell.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl Display for Failure {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sentence)
    }
}
