//! What a driver may count on: the size of a machine, and that it can move between threads.

use stream::Machine;

const MACHINE_BYTES_MAX: usize = 320;

#[test]
fn a_machine_is_small() {
    assert!(size_of::<Machine>() <= MACHINE_BYTES_MAX, "{} bytes", size_of::<Machine>());
}

#[test]
fn a_machine_can_move_between_threads() {
    fn moves<T: Send>() {}
    moves::<Machine>();
}
