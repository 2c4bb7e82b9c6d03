//! The pages, asked of the router without a socket.

mod desk;
mod documents;
mod forms;
mod house;
mod promises;
mod signup;
mod words;
