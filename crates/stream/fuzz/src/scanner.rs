//! Any bytes: the scanner does not panic, does not care how they are cut up, agrees with rxml, and
//! writes what rxml can read.
#![no_main]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|document: &[u8]| {
    if let Some(difference) = oracle::difference(document) {
        panic!("{difference}");
    }
});
