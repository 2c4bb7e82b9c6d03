//! What stands around every page: the name above, the ways to other pages below, the languages.

use crate::{Site, Words, documents};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::sync::Arc;

/// The frame of one page. An extractor: pages have it as the field `frame` of their template.
pub struct Frame {
    /// The words of the reader.
    pub words: Words,
    /// What people call the service.
    pub name: String,
    /// Where this page is.
    pub(crate) path: String,
    has_rules: bool,
    has_operator: bool,
}

/// A way to the same page in another language.
pub(crate) struct Other {
    pub(crate) code: &'static str,
    pub(crate) name: String,
    pub(crate) is_this: bool,
}

impl Frame {
    /// The languages that the page is there in.
    pub(crate) fn languages(&self) -> Vec<Other> {
        let own = self.words.language();
        let all = self.words.languages().into_iter();
        all.map(|(code, name)| Other { code, name, is_this: code == own }).collect()
    }

    /// Pages that every page leads to: address and name.
    pub(crate) fn ways(&self) -> Vec<(String, String)> {
        let ways = [
            ("/rules", "rules-title", self.has_rules),
            (features::promises::TERMS, "terms-title", true),
            (documents::ACCOUNT, "account-title", true),
            (documents::PRIVACY, "privacy-title", true),
            (documents::MODERATION, "moderation-title", true),
            (documents::LEGAL, "legal-title", self.has_operator),
        ];
        let there = ways.into_iter().filter(|(_, _, is_there)| *is_there);
        there.map(|(path, key, _)| (self.words.link(path), self.words.say(key))).collect()
    }
}

impl FromRequestParts<Arc<Site>> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Frame, Infallible> {
        let words = Words::from_request_parts(parts, site).await?;
        let service = site.hub().service();
        Ok(Frame {
            words,
            name: service.statement.name.clone().unwrap_or_else(|| service.domain.to_string()),
            path: parts.uri.path().to_owned(),
            has_rules: !service.statement.rules.is_empty(),
            has_operator: service.statement.operator.is_some(),
        })
    }
}
