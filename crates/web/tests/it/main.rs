//! The pages, asked of the router without a socket.

mod accounts;
mod browser;
mod desk;
mod documents;
mod federation;
mod forms;
mod house;
mod invitations;
mod promises;
mod reports;
mod signup;
mod words;
