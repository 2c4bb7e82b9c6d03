//! The pages, asked of the router without a socket.

mod documents;
mod forms;
mod house;
mod promises;
mod words;
