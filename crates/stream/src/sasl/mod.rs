//! SASL mechanisms, free of the XML that carries them: what is said, and what follows from it.

mod binding;
mod failure;
mod mechanism;
pub(crate) mod scram;
pub(crate) mod token;

pub(crate) use binding::Binding;
pub(crate) use failure::Failure;
pub(crate) use mechanism::Mechanism;

use aws_lc_rs::constant_time;

/// Whether two secrets are equal, in a time that does not tell where they differ.
pub(crate) fn same_secret(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}
