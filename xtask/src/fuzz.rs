//! Fuzzing of the scanner on the stable toolchain: libFuzzer without cargo-fuzz, which wants nightly.

use crate::call::{Outcome, command, output, require, root, run as call, run_command};
use std::fs;

/// The package with the target; it is no member of the workspace, because of its flags.
const PACKAGE: &str = "crates/stream/fuzz";

/// What was once found and is tried first, for ever.
const CORPUS: &str = "crates/stream/corpus";

/// What each run finds, on this machine only.
const FOUND: &str = "target/fuzz-corpus";

const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";

/// Builds every target of the package and runs each for so long.
///
/// # Errors
/// When a target finds something: the file that does it is named and kept under `target/`.
pub fn run(seconds: u32) -> Outcome {
    let manifest = format!("{PACKAGE}/Cargo.toml");
    require(&manifest, "it holds the scanner's fuzz target")?;
    require(CORPUS, "it holds the documents that fuzzing starts from")?;
    let names = targets(&fs::read_to_string(root().join(&manifest)).map_err(|error| format!("{manifest}: {error}"))?)?;
    fs::create_dir_all(root().join(FOUND)).map_err(|error| format!("{FOUND}: {error}"))?;

    // The explicit target keeps the flags off build scripts and macros.
    let target = host()?;
    let build = ["cargo", "build", "--release", "--locked", "--target", &target, "--target-dir", "target/fuzz"];
    let build = [&build[..], &["--manifest-path", &manifest]].concat();
    let mut cargo = command(&build);
    cargo.env("RUSTFLAGS", FLAGS);
    run_command(cargo, &format!("RUSTFLAGS=… {}", build.join(" ")))?;
    let time = format!("-max_total_time={seconds}");
    for name in &names {
        let program = format!("target/fuzz/{target}/release/{name}");
        // The first folder takes what is found; the kept corpus is only read.
        let said = ["-artifact_prefix=target/fuzz/", "-print_final_stats=1", "-verbosity=0"];
        call(&[&[program.as_str(), FOUND, CORPUS, &time][..], &said].concat())?;
    }
    Ok(format!("{} for {seconds} s each; what was found lies in {FOUND}", names.join(", ")))
}

/// What this machine is called among targets.
fn host() -> Result<String, String> {
    let said = output(&["rustc", "--version", "--verbose"])?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "`rustc --version --verbose` names no host".to_owned())
}

/// The programs of a package: its `[[bin]]`s, or the one named like it.
fn targets(manifest: &str) -> Result<Vec<String>, String> {
    let table: toml::Table = manifest.parse().map_err(|error| format!("{PACKAGE}/Cargo.toml: {error}"))?;
    let name_of = |value: &toml::Value| value.get("name").and_then(toml::Value::as_str).map(str::to_owned);
    let bins = table.get("bin").and_then(toml::Value::as_array);
    let names: Vec<String> = match bins {
        Some(bins) => bins.iter().filter_map(name_of).collect(),
        None => table.get("package").and_then(name_of).into_iter().collect(),
    };
    if names.is_empty() { Err(format!("{PACKAGE}/Cargo.toml names no program")) } else { Ok(names) }
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn programs_are_found_in_either_form() {
        assert_eq!(targets("[package]\nname = 'a'").unwrap(), ["a"]);
        assert_eq!(targets("[package]\nname = 'a'\n[[bin]]\nname = 'b'\n[[bin]]\nname = 'c'").unwrap(), ["b", "c"]);
        assert!(targets("").is_err());
    }
}
