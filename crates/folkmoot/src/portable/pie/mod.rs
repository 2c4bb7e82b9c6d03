//! Files of XEP-0227, with their XIncludes (§5), read as a stream: what is in memory is one child of
//! one `<user/>`, or one message.

mod layer;

use super::source::{Found, Named, Trouble};
use super::xml::Piece;
use crate::control::Password;
use layer::{Layer, Token};
use rxml::{AttrMap, Namespace};
use std::path::{Path, PathBuf};
use xmpp::ns;

/// Files within each other: main file, host, user (XEP-0227 §5.1), and one more for odd layouts.
const LAYERS_MAX: usize = 4;
const XINCLUDE: &str = "http://www.w3.org/2001/XInclude";

/// Reads such a file.
pub struct Reader {
    /// The folder that includes may not leave.
    folder: PathBuf,
    layers: Vec<Layer>,
    places: Vec<Place>,
    /// The host being read.
    domain: String,
}

/// Inside what we are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Server,
    Host,
    User,
    Archive,
    Waiting,
    /// Something that nothing is read from.
    Ignored,
}

/// Whether a file begins as one of XEP-0227 does, and not as one that another includes.
pub fn is_main(file: &Path) -> bool {
    let first = Layer::open(file, 0).and_then(|mut layer| layer.token());
    matches!(first, Ok(Token::Open((namespace, name), _)) if namespace.as_str() == ns::PIE && name == "server-data")
}

impl Reader {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(file: &Path) -> Result<Reader, Trouble> {
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let layers = vec![Layer::open(file, 0)?];
        Ok(Reader { folder, layers, places: Vec::new(), domain: String::new() })
    }

    /// What is found next; none at the end.
    ///
    /// # Errors
    /// When the file is no such file, or is damaged: then nothing behind that can be trusted.
    pub fn next(&mut self) -> Result<Option<Found>, Trouble> {
        loop {
            let Some(layer) = self.layers.last_mut() else { return Ok(None) };
            match layer.token()? {
                Token::Open((namespace, name), attributes) => {
                    if let Some(found) = self.open_element(&namespace, &name, &attributes)? {
                        return Ok(Some(found));
                    }
                }
                Token::Text(_) => {}
                Token::Close => {
                    if self.places.pop() == Some(Place::User) {
                        return Ok(Some(Found::Whole));
                    }
                }
                Token::End => {
                    if self.places.len() != layer.base {
                        return Err(layer.trouble("the file breaks off"));
                    }
                    self.layers.pop();
                    // What an included file stood in.
                    self.places.pop();
                }
            }
        }
    }

    fn open_element(
        &mut self,
        namespace: &Namespace,
        name: &str,
        attributes: &AttrMap,
    ) -> Result<Option<Found>, Trouble> {
        let place = self.places.last().copied();
        let attribute = |name: &str| {
            attributes.iter().find(|((ns, known), _)| ns.is_empty() && **known == *name).map(|(_, value)| value.clone())
        };
        // §5: includes inside what users stored are theirs.
        if namespace.as_str() == XINCLUDE
            && name == "include"
            && matches!(place, Some(Place::Server | Place::Host | Place::User))
        {
            self.places.push(Place::Ignored);
            self.include(attribute("href"), attribute("parse").is_some() || attribute("xpointer").is_some())?;
            return Ok(None);
        }
        match (place, namespace.as_str(), name) {
            (None, ns::PIE, "server-data") => self.places.push(Place::Server),
            (None | Some(Place::Server), ns::PIE, "host") => {
                self.domain = attribute("jid").ok_or_else(|| self.trouble("a host has no jid"))?;
                self.places.push(Place::Host);
            }
            (None, _, _) => {
                return Err(self.trouble("this is no file of XEP-0227: it does not begin with <server-data/>"));
            }
            (Some(Place::Host), ns::PIE, "user") => {
                let name = attribute("name").ok_or_else(|| self.trouble("a user has no name"))?;
                self.places.push(Place::User);
                let password = attribute("password").map(Password);
                return Ok(Some(Found::Account(Named { domain: self.domain.clone(), name, password })));
            }
            (Some(Place::User), ns::PIE_MAM, "archive") => self.places.push(Place::Archive),
            (Some(Place::User), ns::PIE, "offline-messages") => self.places.push(Place::Waiting),
            (Some(Place::User), _, _) => return self.piece(namespace, name, attributes, Found::Child),
            (Some(Place::Archive), _, _) => return self.piece(namespace, name, attributes, Found::Archived),
            (Some(Place::Waiting), _, _) => return self.piece(namespace, name, attributes, Found::Waiting),
            (Some(Place::Server | Place::Host), ns::PIE, _) => {
                return Err(self.trouble(format!("<{name}/> stands where it has no meaning")));
            }
            (Some(Place::Server | Place::Host | Place::Ignored), _, _) => self.places.push(Place::Ignored),
        }
        Ok(None)
    }

    /// Reads an element to its end.
    fn piece(
        &mut self,
        namespace: &Namespace,
        name: &str,
        attributes: &AttrMap,
        found: fn(bytes::Bytes) -> Found,
    ) -> Result<Option<Found>, Trouble> {
        let Some(layer) = self.layers.last_mut() else { return Ok(None) };
        let mut piece = Piece::begin(namespace, name, attributes).map_err(|clause| layer.trouble(clause))?;
        loop {
            let done = match layer.token()? {
                Token::Open((namespace, name), attributes) => piece.open(&namespace, &name, &attributes),
                Token::Text(text) => piece.text(&text),
                Token::Close if piece.close() => return Ok(Some(found(piece.finish()))),
                Token::Close => Ok(()),
                Token::End => Err("the file breaks off"),
            };
            done.map_err(|clause| layer.trouble(clause))?;
        }
    }

    /// Goes on in another file, whose root stands where the include stood.
    fn include(&mut self, href: Option<String>, has_more: bool) -> Result<(), Trouble> {
        let href = href.filter(|_| !has_more);
        let href = href.ok_or_else(|| self.trouble("only an <include/> with nothing but a href is understood"))?;
        let path = Path::new(&href);
        let inside = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside || href.contains(':') {
            return Err(self.trouble(format!("{href:?} leads out of the folder of the main file")));
        }
        if self.layers.len() == LAYERS_MAX {
            return Err(self.trouble("files include each other too deep"));
        }
        // §5.1: relative to the file that includes it, which others write relative to the main file.
        let own = self.layers.last().and_then(|layer| layer.path.parent().map(|folder| folder.join(path)));
        let path = own.filter(|path| path.exists()).unwrap_or_else(|| self.folder.join(path));
        // The include's own end tag is read when this file is done.
        let base = self.places.len();
        let stands_in = self.places[..base - 1].last().copied().unwrap_or(Place::Server);
        self.places.push(stands_in);
        self.layers.push(Layer::open(&path, base + 1)?);
        Ok(())
    }

    fn trouble(&self, clause: impl Into<String>) -> Trouble {
        match self.layers.last() {
            Some(layer) => layer.trouble(clause),
            None => Trouble::rest(&self.folder, None, clause),
        }
    }
}
