//! What is asked for each row.

mod account;
mod discovery;
mod messages;
mod mobile;
mod pep;
mod rooms;
mod sessions;
mod streams;
mod upload;
mod web;

use super::lack::Found;
use super::stage::Stage;
use super::suite::What;

/// Asks one question.
pub async fn ask(stage: &Stage, what: What) -> Found {
    match what {
        What::Streams => streams::streams(stage).await,
        What::Tls => streams::tls(stage).await,
        What::DirectTls => streams::direct_tls(stage).await,
        What::Components => streams::components(stage).await,
        What::Discovery => discovery::domain(stage).await,
        What::Capabilities => discovery::capabilities(stage).await,
        What::Relays => discovery::relays(stage).await,
        What::Pep => pep::events(stage).await,
        What::PrivateNodes => pep::private_nodes(stage).await,
        What::OldBookmarks => pep::old_bookmarks(stage).await,
        What::Bookmarks => pep::bookmarks(stage).await,
        What::WebSocket => web::websocket(stage).await,
        What::Bosh => web::bosh(stage).await,
        What::Messages => messages::messages(stage).await,
        What::Carbons => messages::carbons(stage).await,
        What::Blocking => messages::blocking(stage).await,
        What::Archive => messages::archive(stage).await,
        What::Card => account::card(stage).await,
        What::AvatarConversion => account::avatar_conversion(stage).await,
        What::AvatarHash => account::avatar_hash(stage).await,
        What::PrivateXml => account::private_xml(stage).await,
        What::Rooms => rooms::rooms(stage).await,
        What::Invitations => rooms::invitations(stage).await,
        What::RoomArchive => rooms::archive(stage).await,
        What::SelfPing => rooms::self_ping(stage).await,
        What::Acks => sessions::acks(stage).await,
        What::ClientState => mobile::client_state(stage).await,
        What::Push => mobile::push(stage).await,
        What::Upload => upload::upload(stage).await,
    }
}
