//! The folkmoot server: configuration, wiring, commands.
fn main() {}
